-- generated from topology.yaml: edit that
SET 'pipeline.name' = 'enrich-zoned';
SET 'pipeline.global-job-parameters' = 'streamatlas.digest:8346db44c67a8b10';
SET 'parallelism.default' = '1';
SET 'table.local-time-zone' = 'UTC';
SET 'table.optimizer.agg-phase-strategy' = 'ONE_PHASE';
SET 'execution.checkpointing.interval' = '30 s';
SET 'execution.checkpointing.timeout' = '5 min';
SET 'execution.checkpointing.dir' = '$FLINK_STATE/enrich-zoned/checkpoints';
SET 'execution.checkpointing.externalized-checkpoint-retention' = 'RETAIN_ON_CANCELLATION';
SET 'restart-strategy.type' = 'exponential-delay';
SET 'restart-strategy.exponential-delay.initial-backoff' = '1 s';
SET 'restart-strategy.exponential-delay.max-backoff' = '2 min';
SET 'restart-strategy.exponential-delay.reset-backoff-threshold' = '10 min';

CREATE TEMPORARY TABLE kafka_main WITH (
  'properties.bootstrap.servers' = '$KAFKA_ADDRESS',
  'properties.security.protocol' = 'SASL_PLAINTEXT',
  'properties.sasl.mechanism' = 'SCRAM-SHA-512',
  'properties.sasl.jaas.config' = 'org.apache.flink.kafka.shaded.org.apache.kafka.common.security.scram.ScramLoginModule required username="enrich-zoned" password="$KAFKA_PASSWORD_ENRICH_ZONED";'
);

CREATE TEMPORARY TABLE kafka_in WITH (
  'connector' = 'kafka',
  'properties.group.id' = 'enrich-zoned',
  'properties.isolation.level' = 'read_committed',
  'scan.startup.mode' = 'earliest-offset',
  'format' = 'json',
  'json.timestamp-format.standard' = 'ISO-8601'
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

CREATE TEMPORARY TABLE zoned_wire (
  customer STRING,
  tier STRING,
  changed_at STRING,
  changed_at_utc AS TO_TIMESTAMP_LTZ(changed_at, 'yyyy-MM-dd''T''HH:mm:ss[.SSS]', 'Asia/Tokyo'),
  PRIMARY KEY (customer) NOT ENFORCED,
  WATERMARK FOR changed_at_utc AS changed_at_utc - INTERVAL '1' MINUTE
) WITH (
  'connector' = 'upsert-kafka',
  'topic' = 'zoned',
  'properties.group.id' = 'enrich-zoned',
  'properties.isolation.level' = 'read_committed',
  'key.format' = 'raw',
  'value.format' = 'json',
  'value.json.timestamp-format.standard' = 'ISO-8601',
  'value.json.ignore-parse-errors' = 'true',
  'scan.watermark.idle-timeout' = '1 min'
) LIKE kafka_main;

CREATE TEMPORARY VIEW zoned AS
SELECT customer, tier, changed_at_utc AS changed_at
FROM zoned_wire;

CREATE TEMPORARY TABLE store_rates (
  currency STRING,
  rate DOUBLE,
  PRIMARY KEY (currency) NOT ENFORCED
) WITH (
  'connector' = 'jdbc',
  'url' = '$POSTGRES_ADDRESS',
  'table-name' = 'rates',
  'username' = '$POSTGRES_USER',
  'password' = '$POSTGRES_PASSWORD',
  'lookup.cache' = 'PARTIAL',
  'lookup.partial-cache.expire-after-write' = '10 min',
  'lookup.partial-cache.max-rows' = '100000'
);

CREATE TEMPORARY TABLE store_raw (
  order_id STRING,
  customer STRING,
  currency STRING,
  amount DECIMAL(18, 2),
  `at` TIMESTAMP(3),
  tier STRING,
  rate DOUBLE,
  PRIMARY KEY (order_id) NOT ENFORCED
) WITH (
  'connector' = 'jdbc',
  'url' = '$POSTGRES_ADDRESS',
  'table-name' = '"Raw"',
  'username' = '$POSTGRES_USER',
  'password' = '$POSTGRES_PASSWORD',
  'sink.buffer-flush.max-rows' = '1000',
  'sink.buffer-flush.interval' = '1 s'
);

EXECUTE STATEMENT SET BEGIN

  INSERT INTO store_raw
  SELECT l.order_id, l.customer, l.currency, l.amount, l.`at`, r1.tier, r2.rate
  FROM (SELECT *, PROCTIME() AS now_at FROM orders) AS l
  LEFT JOIN zoned FOR SYSTEM_TIME AS OF l.`at` AS r1
    ON r1.customer = l.customer
  LEFT JOIN store_rates FOR SYSTEM_TIME AS OF l.now_at AS r2
    ON r2.currency = l.currency;

END;
