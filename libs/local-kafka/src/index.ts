export { hasDocker, startContainer } from './container';
export { hasJavaAndMaven, isOnPath, kafkaClasspath } from './jars';
export { startKafka, type LocalKafka, type Secured, type StartKafka } from './start-kafka';
