export { freshDatabase, type FreshDatabase } from './fresh-database';
export { kafkaBrokers, kafkaIsHere, ownKafkaIsHere } from './kafka';
export { pythonWith } from './python';
export { readWithJava, type PrintedMessage } from './read-with-java';
