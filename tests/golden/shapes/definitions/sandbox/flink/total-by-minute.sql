-- generated from topology.yaml: edit that
SET 'pipeline.name' = 'total-by-minute';
SET 'pipeline.global-job-parameters' = 'streamatlas.digest:3c775644a2625fdd';
SET 'parallelism.default' = '1';
SET 'table.local-time-zone' = 'UTC';
SET 'table.optimizer.agg-phase-strategy' = 'ONE_PHASE';
SET 'execution.checkpointing.interval' = '30 s';
SET 'execution.checkpointing.timeout' = '5 min';
SET 'execution.checkpointing.dir' = '$FLINK_STATE/total-by-minute/checkpoints';
SET 'execution.checkpointing.externalized-checkpoint-retention' = 'RETAIN_ON_CANCELLATION';
SET 'restart-strategy.type' = 'exponential-delay';
SET 'restart-strategy.exponential-delay.initial-backoff' = '1 s';
SET 'restart-strategy.exponential-delay.max-backoff' = '2 min';
SET 'restart-strategy.exponential-delay.reset-backoff-threshold' = '10 min';

CREATE TEMPORARY TABLE kafka_main WITH (
  'properties.bootstrap.servers' = '$KAFKA_ADDRESS',
  'properties.security.protocol' = 'SASL_PLAINTEXT',
  'properties.sasl.mechanism' = 'SCRAM-SHA-512',
  'properties.sasl.jaas.config' = 'org.apache.flink.kafka.shaded.org.apache.kafka.common.security.scram.ScramLoginModule required username="total-by-minute" password="$KAFKA_PASSWORD_TOTAL_BY_MINUTE";'
);

CREATE TEMPORARY TABLE kafka_in WITH (
  'connector' = 'kafka',
  'properties.group.id' = 'total-by-minute',
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

CREATE TEMPORARY TABLE clicks_wire (
  order_id STRING,
  customer STRING,
  currency STRING,
  amount DECIMAL(18, 2),
  `at` STRING,
  at_utc AS TO_TIMESTAMP_LTZ(`at`, 'yyyy-MM-dd''T''HH:mm:ss[.SSS]', 'America/Sao_Paulo'),
  WATERMARK FOR at_utc AS at_utc - INTERVAL '26' HOUR
) WITH (
  'topic' = 'clicks',
  'scan.watermark.idle-timeout' = '1 min',
  'json.ignore-parse-errors' = 'true'
) LIKE kafka_in;

CREATE TEMPORARY VIEW clicks AS
SELECT order_id, customer, currency, amount, at_utc AS `at`
FROM clicks_wire
WHERE order_id IS NOT NULL AND at_utc IS NOT NULL;

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

CREATE TEMPORARY TABLE counts (
  customer STRING,
  currency STRING,
  amount DECIMAL(38, 2),
  hour_start TIMESTAMP_LTZ(3),
  PRIMARY KEY (customer, currency, hour_start) NOT ENFORCED
) WITH (
  'connector' = 'upsert-kafka',
  'topic' = 'counts',
  'key.format' = 'json',
  'key.json.timestamp-format.standard' = 'ISO-8601',
  'key.json.encode.decimal-as-plain-number' = 'true',
  'sink.transactional-id-prefix' = 'total-by-minute/counts'
) LIKE kafka_out;

CREATE TEMPORARY VIEW counts_in AS
SELECT l.order_id, l.customer, l.currency, l.amount, l.`at`, r.rate
FROM (SELECT *, PROCTIME() AS now_at FROM (
  SELECT order_id, customer, currency, amount, `at`
  FROM (
    SELECT *, ROW_NUMBER() OVER (PARTITION BY order_id ORDER BY now_at) AS n
    FROM (SELECT *, PROCTIME() AS now_at FROM clicks)
  )
  WHERE n = 1
)) AS l
LEFT JOIN store_rates FOR SYSTEM_TIME AS OF l.now_at AS r
  ON r.currency = l.currency;

EXECUTE STATEMENT SET BEGIN

  INSERT INTO counts
  SELECT customer, currency, SUM(amount) AS amount, FLOOR(`at` TO MINUTE) AS hour_start
  FROM counts_in
  GROUP BY customer, currency, FLOOR(`at` TO MINUTE);

END;
