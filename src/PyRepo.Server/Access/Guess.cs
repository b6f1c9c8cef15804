namespace PyRepo.Server.Access;

/// <summary>A password that is checked, until it turns out to be right.</summary>
/// <param name="User">The user.</param>
/// <param name="Counted">Where it is counted, or null for an address from which the user logged in before.</param>
readonly record struct Guess(LoginUser User, FailureCounts<LoginUser>? Counted);
