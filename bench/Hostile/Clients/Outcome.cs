namespace Bench.Hostile.Clients;

/// <summary>What a client saw of a request.</summary>
/// <param name="What">The status, or why there was none.</param>
readonly record struct Outcome(string What, TimeSpan Time)
{
    /// <summary>A 200 with something else than was asked for.</summary>
    public const string WrongBytes = "wrong bytes";

    public bool IsSuccess => What == "200";
}
