/** A Kafka broker inside this process; imports Kafka's server and the commands' errors. */
package dev.whisker.sandbox.broker;
