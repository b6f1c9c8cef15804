namespace Bench;

/// <summary>What is measured: each has a chapter of the results.</summary>
enum Subject
{
    Server,
    Operator,
    Cluster,
    Hostile,
    Buckets,
    Large,
}
