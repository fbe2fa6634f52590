/**
 * The wire contract: records, their JSON codec, the reasons for refusing a reading and the topic
 * names; imports nothing of Whisker and only Jackson's streaming parser beside the JDK.
 */
package dev.whisker.schemas;
