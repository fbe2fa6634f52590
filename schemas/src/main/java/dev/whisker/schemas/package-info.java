/**
 * The wire contract: records, their JSON and Avro codecs, the reasons for refusing a reading and
 * the topic names; imports nothing of Whisker, and only Jackson's streaming parser and Avro beside
 * the JDK.
 */
package dev.whisker.schemas;
