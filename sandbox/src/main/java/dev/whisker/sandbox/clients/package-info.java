/** How the sandbox talks to Kafka; imports Kafka's clients and the commands' errors. */
package dev.whisker.sandbox.clients;
