-- generated from topology.yaml: edit that
SET 'pipeline.name' = 'enrich-topic';
SET 'pipeline.global-job-parameters' = 'streamatlas.digest:133a12fe140372d8';
SET 'parallelism.default' = '1';
SET 'table.local-time-zone' = 'UTC';
SET 'table.optimizer.agg-phase-strategy' = 'ONE_PHASE';
SET 'execution.checkpointing.interval' = '30 s';
SET 'execution.checkpointing.timeout' = '5 min';
SET 'execution.checkpointing.dir' = '$FLINK_STATE/enrich-topic/checkpoints';
SET 'execution.checkpointing.externalized-checkpoint-retention' = 'RETAIN_ON_CANCELLATION';
SET 'restart-strategy.type' = 'exponential-delay';
SET 'restart-strategy.exponential-delay.initial-backoff' = '1 s';
SET 'restart-strategy.exponential-delay.max-backoff' = '2 min';
SET 'restart-strategy.exponential-delay.reset-backoff-threshold' = '10 min';

CREATE TEMPORARY TABLE kafka_main WITH (
  'properties.bootstrap.servers' = '$KAFKA_ADDRESS',
  'properties.security.protocol' = 'SASL_PLAINTEXT',
  'properties.sasl.mechanism' = 'SCRAM-SHA-512',
  'properties.sasl.jaas.config' = 'org.apache.flink.kafka.shaded.org.apache.kafka.common.security.scram.ScramLoginModule required username="enrich-topic" password="$KAFKA_PASSWORD_ENRICH_TOPIC";'
);

CREATE TEMPORARY TABLE kafka_in WITH (
  'connector' = 'kafka',
  'properties.group.id' = 'enrich-topic',
  'properties.isolation.level' = 'read_committed',
  'scan.startup.mode' = 'earliest-offset',
  'format' = 'json',
  'json.timestamp-format.standard' = 'ISO-8601'
) LIKE kafka_main;

CREATE TEMPORARY TABLE kafka_out WITH (
  'connector' = 'kafka',
  'sink.delivery-guarantee' = 'exactly-once',
  'properties.transaction.timeout.ms' = '840000',
  'value.format' = 'json',
  'value.json.timestamp-format.standard' = 'ISO-8601',
  'value.json.encode.decimal-as-plain-number' = 'true'
) LIKE kafka_main;

CREATE TEMPORARY TABLE orders (
  order_id STRING,
  customer STRING,
  currency STRING,
  amount DECIMAL(18, 2),
  `at` TIMESTAMP_LTZ(3),
  WATERMARK FOR `at` AS `at` - INTERVAL '26' HOUR
) WITH (
  'topic' = 'orders',
  'scan.watermark.idle-timeout' = '1 min'
) LIKE kafka_in;

CREATE TEMPORARY TABLE customers (
  customer STRING,
  tier STRING,
  changed_at TIMESTAMP_LTZ(3),
  PRIMARY KEY (customer) NOT ENFORCED,
  WATERMARK FOR changed_at AS changed_at - INTERVAL '1' MINUTE
) WITH (
  'connector' = 'upsert-kafka',
  'topic' = 'customers',
  'properties.group.id' = 'enrich-topic',
  'properties.isolation.level' = 'read_committed',
  'key.format' = 'raw',
  'value.format' = 'json',
  'value.json.timestamp-format.standard' = 'ISO-8601',
  'value.json.ignore-parse-errors' = 'true',
  'scan.watermark.idle-timeout' = '1 min'
) LIKE kafka_main;

CREATE TEMPORARY TABLE enriched (
  order_id STRING,
  customer STRING,
  currency STRING,
  amount DECIMAL(18, 2),
  `at` TIMESTAMP_LTZ(3),
  tier STRING,
  rate DOUBLE,
  tags ARRAY<STRING>
) WITH (
  'topic' = 'enriched',
  'key.format' = 'json',
  'key.json.timestamp-format.standard' = 'ISO-8601',
  'key.json.encode.decimal-as-plain-number' = 'true',
  'key.fields' = 'customer;currency',
  'sink.transactional-id-prefix' = 'enrich-topic/enriched'
) LIKE kafka_out;

EXECUTE STATEMENT SET BEGIN

  INSERT INTO enriched
  SELECT l.order_id, l.customer, l.currency, l.amount, l.`at`, r.tier, l.rate, l.tags
  FROM (
    SELECT order_id, customer, currency, amount, `at`, CAST(1 AS DOUBLE) AS rate, ARRAY['a'] AS tags
    FROM (
      SELECT *, ROW_NUMBER() OVER (PARTITION BY order_id ORDER BY now_at) AS n
      FROM (SELECT *, PROCTIME() AS now_at FROM orders)
    )
    WHERE n = 1
  ) AS l
  LEFT JOIN customers FOR SYSTEM_TIME AS OF l.`at` AS r
    ON r.customer = l.customer;

END;
