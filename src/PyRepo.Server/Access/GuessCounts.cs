namespace PyRepo.Server.Access;

/// <summary>The guesses at many users that count at the moment.</summary>
sealed class GuessCounts(TimeProvider clock)
{
    /// <summary>Those that all addresses share.</summary>
    public FailureCounts<LoginUser> Shared { get; } = new(TimeSpan.FromSeconds(5), clock);

    /// <summary>Those of the reserve, beyond these.</summary>
    public FailureCounts<LoginUser> Reserve { get; } = new(TimeSpan.FromSeconds(2), clock);

    /// <summary>Those that failed, by address.</summary>
    public FailureCounts<(LoginUser User, string Address)> Failed { get; } = new(TimeSpan.FromMinutes(10), clock);
}
