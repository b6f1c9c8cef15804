using PyRepo.Server.Groups;

namespace PyRepo.Server.Serving.Runtime;

/// <summary>A group's member that another server serves, and what is asked of it.</summary>
/// <param name="Fingerprint">What it was made from.</param>
/// <param name="Repository">Its pages and files.</param>
/// <param name="Tokens">Its clients' tokens.</param>
/// <param name="Statistics">Its downloads.</param>
sealed record RemoteMember(
    string Fingerprint, MemberRepository Repository, MemberTokenSource Tokens, MemberStatistics Statistics)
    : IAsyncDisposable
{
    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Tokens.Dispose();
        Statistics.Dispose();
        await Repository.DisposeAsync();
    }
}
