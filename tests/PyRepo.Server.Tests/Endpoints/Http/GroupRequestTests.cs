using PyRepo.Egress;
using PyRepo.Server.Access;
using PyRepo.Server.Endpoints.Http;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Endpoints.Http;

public sealed class GroupRequestTests
{
    const string Member = "packages/team-a";
    static readonly FakeClock _clock = new();
    static readonly MemberTokens _tokens = new("a key that both servers have"u8.ToArray(), null, _clock);
    static readonly MemberTokens _others = new("a key of somebody else"u8.ToArray(), null, _clock);

    [Fact]
    public void A_valid_token_proves_which_proxy_the_request_has_passed() =>
        Assert.False(IsUnproved($"Bearer {Sign(_tokens, Member)}"));

    [Fact]
    public void Nothing_else_proves_it()
    {
        Assert.True(IsUnproved(null));
        Assert.True(IsUnproved("Bearer x.y"));
        Assert.True(IsUnproved($"Bearer {Sign(_tokens, "packages/another")}"));
        Assert.True(IsUnproved($"Bearer {Sign(_others, Member)}"));
    }

    static bool IsUnproved(string? authorization)
    {
        var repository = RequestFor.Repository() with
        {
            Authenticators = [new MemberTokenAuthenticator(_tokens, Member, new BurnedTokens(_clock))],
        };
        PassedProxies.Note(PassedProxies.NewId());
        GroupRequest.Note(authorization is null
            ? RequestFor.From(repository) : RequestFor.From(repository, ("Authorization", authorization)));
        return PassedProxies.Current.IsUnproved;
    }

    static string Sign(MemberTokens tokens, string audience) =>
        tokens.SignRequest(audience, null, AccessAction.Read, "demo", new RequestLine("GET", "/team-a/"));
}
