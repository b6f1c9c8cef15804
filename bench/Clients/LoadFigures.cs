namespace Bench.Clients;

/// <summary>What a run of the load generator saw.</summary>
/// <param name="Rate">Answers a second.</param>
/// <param name="Bytes">The bytes of all answers.</param>
/// <param name="Middle">What half of the answers don't exceed, in milliseconds.</param>
/// <param name="Slowest">What 99 % of the answers don't exceed, in milliseconds.</param>
readonly record struct LoadFigures(double Rate, double Answers, double Bytes, double Middle, double Slowest);
