using System.Buffers.Text;
using System.Text;
using System.Text.Json.Nodes;
using PyRepo.Server.Access;
using PyRepo.Server.Access.Jwt;
using PyRepo.Server.Tests.Access.Jwt;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Access;

public sealed class MintedTokensTests
{
    static readonly byte[] _key = [.. Enumerable.Repeat((byte)1, 32)];
    static readonly RequestLine _line = new("GET", "/simple/acme-lib/");
    static readonly byte[] _newKey = [.. Enumerable.Repeat((byte)2, 32)];

    readonly FakeClock _clock = new();

    [Fact]
    public void A_token_is_valid_for_15_minutes()
    {
        var tokens = new MintedTokens(_key, null, _clock);
        var (text, expires) = Sign(tokens);
        Assert.Equal(_clock.GetUtcNow() + TimeSpan.FromMinutes(15), expires);
        _clock.Advance(TimeSpan.FromMinutes(15) - TimeSpan.FromSeconds(1));
        Assert.NotNull(tokens.Verify(text));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(tokens.Verify(text));
    }

    [Fact]
    public void It_contains_its_identity_and_the_claims_that_grants_use()
    {
        var tokens = new MintedTokens(_key, null, _clock);
        var content = tokens.Verify(Sign(tokens).Text)!;
        Assert.Equal(
            (JwtSigner.Issuer, "repo:acme/lib", "pyrepo"),
            (content.Issuer, content.Subject, content.Audiences.Single()));
        Assert.Equal(["repository"], content.Claims.Keys);
        Assert.NotEqual(content.Id, tokens.Verify(Sign(tokens).Text)!.Id);
    }

    [Fact]
    public void After_a_rotation_the_previous_key_is_accepted_and_an_older_one_is_not()
    {
        var (text, _) = Sign(new MintedTokens(_key, null, _clock));
        var rotated = new MintedTokens(_newKey, _key, _clock);
        Assert.NotNull(rotated.Verify(text));
        Assert.Null(new MintedTokens(_key, null, _clock).Verify(Sign(rotated).Text));
        Assert.Null(new MintedTokens([3], _newKey, _clock).Verify(text));
    }

    [Fact]
    public void The_key_of_another_namespace_is_refused() =>
        Assert.Null(new MintedTokens(_newKey, null, _clock).Verify(Sign(new MintedTokens(_key, null, _clock)).Text));

    [Fact]
    public void Member_tokens_and_minted_tokens_are_not_interchangeable()
    {
        var minted = new MintedTokens(_key, null, _clock);
        var members = new MemberTokens(_key, null, _clock);
        var (text, member) =
            (Sign(minted).Text, members.SignRequest("packages/a", "alice", AccessAction.Maintain, null, _line));
        Assert.Null(minted.Verify(member));
        Assert.Null(minted.Verify(MintedTokens.Prefix + member));
        Assert.Null(members.Verify(text, "packages/a", _line));
        Assert.Null(members.Verify(text[MintedTokens.Prefix.Length..], "packages/a", _line));
        // Nor are the claims of one accepted below the signature of the other.
        var body = Encode("""{"jti":"1","iss":"a","aud":["packages/a"],"sub":"x","claims":{},"exp":4102444800}""");
        Assert.Null(minted.Verify($"{MintedTokens.Prefix}{body}.{member.Split('.')[1]}"));
    }

    [Fact]
    public void A_changed_token_is_refused()
    {
        var tokens = new MintedTokens(_key, null, _clock);
        var (text, _) = Sign(tokens);
        var parts = text[MintedTokens.Prefix.Length..].Split('.');
        foreach (var part in (int[])[0, 1])
        {
            var bytes = Base64Url.DecodeFromChars(parts[part]);
            for (var i = 0; i < bytes.Length; i++)
            {
                bytes[i] ^= 1;
                string[] changed = [.. parts];
                changed[part] = Base64Url.EncodeToString(bytes);
                Assert.Null(tokens.Verify(MintedTokens.Prefix + string.Join('.', changed)));
                bytes[i] ^= 1;
            }
        }
        string[] others =
        [
            "", ".", "..", "x", "x.y", parts[0], $"{parts[0]}.", $".{parts[1]}", $"{parts[0]}.{parts[1]}.x",
            $"{parts[0]} .{parts[1]}", "é.é",
        ];
        foreach (var other in others)
        {
            Assert.Null(tokens.Verify(MintedTokens.Prefix + other));
            Assert.Null(tokens.Verify(other));
        }
    }

    [Fact]
    public void A_member_token_is_valid_for_a_minute_for_its_member()
    {
        var members = new MemberTokens(_newKey, _key, _clock);
        var text = new MemberTokens(_key, null, _clock)
            .SignRequest("packages/a", null, AccessAction.Read, "acme-lib", _line);
        Assert.NotNull(members.Verify(text, "packages/a", _line));
        Assert.Null(members.Verify(text, "packages/b", _line));
        Assert.Null(members.Verify(text, "Packages/a", _line));
        Assert.Null(new MemberTokens(_newKey, null, _clock).Verify(text, "packages/a", _line));
        _clock.Advance(TimeSpan.FromSeconds(69));
        Assert.NotNull(members.Verify(text, "packages/a", _line));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(members.Verify(text, "packages/a", _line));
    }

    (string Text, DateTimeOffset Expires) Sign(MintedTokens tokens)
    {
        var claims = JwtSigner.Claims(_clock.GetUtcNow(), ("actor", "alice"), ("list", new JsonArray("x")));
        Assert.True(JsonWebToken.TryParse(JwtSigner.Rsa.Sign(claims), out var token));
        return tokens.Sign(token, new HashSet<string> { "repository", "list", "missing" });
    }

    static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}
