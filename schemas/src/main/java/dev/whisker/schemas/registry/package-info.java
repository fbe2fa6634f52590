/**
 * Talks to a schema registry by Confluent's HTTP API, which Apicurio and others have too; imports
 * the JDK's HTTP client and Jackson's streaming parser.
 */
package dev.whisker.schemas.registry;
