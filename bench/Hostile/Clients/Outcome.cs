namespace Bench.Hostile.Clients;

/// <summary>What a client saw of a request.</summary>
/// <param name="What">The status, or why there was none.</param>
readonly record struct Outcome(string What, TimeSpan Time)
{
    public bool IsSuccess => What == "200";
}
