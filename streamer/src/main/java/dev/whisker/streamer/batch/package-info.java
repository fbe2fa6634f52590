/**
 * Many readings at once through Kafka Streams, which takes records one by one: what one poll brings
 * of a partition goes on as a single record. Imports Kafka's clients and Kafka Streams, and nothing
 * else of Whisker.
 */
package dev.whisker.streamer.batch;
