using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using PyRepo.Egress;
using PyRepo.Server.Access;
using PyRepo.Server.Access.Jwt;
using PyRepo.Server.Access.Oidc;
using PyRepo.Server.Endpoints.Http;
using PyRepo.Server.Platform.Limits;
using PyRepo.Server.Tests.Access.Jwt;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Access.Oidc;

public sealed class OidcIssuerTests : IAsyncLifetime
{
    static readonly JwtSigner _other = JwtSigner.WithEc("rsa-2");

    readonly FakeClock _clock = new();
    ScriptedIssuer _provider = null!;
    OidcIssuer _issuer = null!;

    static CancellationToken None => CancellationToken.None;

    public async ValueTask InitializeAsync()
    {
        _provider = await ScriptedIssuer.StartAsync();
        _issuer = Issuer(_provider.Url);
    }

    public async ValueTask DisposeAsync()
    {
        _issuer.Dispose();
        await _provider.DisposeAsync();
    }

    [Fact]
    public async Task Keys_are_read_once_an_hour()
    {
        for (var minute = 0; minute < 60; minute++, _clock.Advance(TimeSpan.FromMinutes(1)))
            Assert.Equal(["rsa-1"], await IdsAsync("rsa-1"));
        Assert.Equal((1, 1), Requests());
        Assert.Equal(["rsa-1"], await IdsAsync("rsa-1"));
        Assert.Equal((2, 2), Requests());
    }

    [Fact]
    public async Task Concurrent_requests_read_the_keys_once()
    {
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => IdsAsync("rsa-1")));
        Assert.Equal((1, 1), Requests());
    }

    [Fact]
    public async Task A_new_key_is_found_when_a_token_names_it()
    {
        await IdsAsync("rsa-1");
        _provider.KeySet = JwtSigner.GetSet(JwtSigner.Rsa.Jwk(), _other.Jwk());
        _clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(["rsa-1", "rsa-2"], await IdsAsync("rsa-2"));
        // After the rotation the old key ends with the hour.
        _provider.KeySet = JwtSigner.GetSet(_other.Jwk());
        _clock.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal(["rsa-1", "rsa-2"], await IdsAsync("rsa-1"));
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(["rsa-2"], await IdsAsync("rsa-1"));
    }

    [Fact]
    public async Task Unknown_keys_cause_at_most_one_request_to_the_issuer_in_30_seconds()
    {
        await IdsAsync("rsa-1");
        for (var second = 0; second < 60; second++, _clock.Advance(TimeSpan.FromSeconds(1)))
            Assert.Equal(["rsa-1"], await IdsAsync($"invented-{second}"));
        Assert.Equal((2, 2), Requests());
    }

    [Theory]
    [InlineData("https://other.example.com")]
    [InlineData("")]
    public async Task A_configuration_of_another_issuer_is_refused(string issuer)
    {
        _provider.ClaimedIssuer = issuer;
        await AssertUnavailableAsync(_issuer);
        Assert.Equal(0, _provider.GetRequests(ScriptedIssuer.Keys));
    }

    [Fact]
    public async Task A_slash_at_the_end_makes_it_another_issuer()
    {
        using var slash = Issuer(_provider.Url + "/");
        await AssertUnavailableAsync(slash);
        _provider.ClaimedIssuer = _provider.Url + "/";
        using var right = Issuer(_provider.Url + "/");
        Assert.NotEmpty(await right.FindAsync(null, None));
        await AssertUnavailableAsync(_issuer);
    }

    [Theory]
    [InlineData("http://169.254.169.254/latest/meta-data")]
    [InlineData("http://[fd00:ec2::254]/keys")]
    [InlineData("http://0.0.0.0/keys")]
    [InlineData("file:///etc/passwd")]
    [InlineData("keys")]
    [InlineData("")]
    public async Task Keys_at_an_address_that_is_never_asked_are_not_read(string url)
    {
        _provider.KeysUrl = url;
        // Strangers do not learn where the issuer links to, nor does the next one while it is left alone.
        for (var attempt = 0; attempt < 2; attempt++)
        {
            Assert.Equal(
                $"The keys of the identity provider {_provider.Url} cannot be read at the moment. Try again.",
                (await AssertUnavailableAsync(_issuer)).Message);
        }
    }

    [Fact]
    public async Task While_the_issuer_is_down_tokens_cannot_be_checked_and_it_is_retried_every_5_seconds()
    {
        _provider.Failure = context => Status(context, 500);
        for (var second = 0; second < 10; second++, _clock.Advance(TimeSpan.FromSeconds(1)))
            Assert.Equal(503, ErrorResponse.From(await AssertUnavailableAsync(_issuer)).Status);
        Assert.Equal(2, _provider.GetRequests(ScriptedIssuer.Discovery));
        _provider.Failure = null;
        Assert.Equal(["rsa-1"], await IdsAsync("rsa-1"));
    }

    [Fact]
    public async Task Known_keys_stay_in_use_for_a_day_while_the_issuer_is_down()
    {
        await IdsAsync("rsa-1");
        _provider.Failure = context => Status(context, 404);
        _clock.Advance(TimeSpan.FromHours(24) - TimeSpan.FromSeconds(1));
        Assert.Equal(["rsa-1"], await IdsAsync("rsa-1"));
        Assert.Equal(["rsa-1"], await IdsAsync("rsa-2"));
        _clock.Advance(TimeSpan.FromSeconds(1));
        await AssertUnavailableAsync(_issuer);
    }

    [Fact]
    public async Task An_issuer_that_does_not_respond_is_down()
    {
        using var hasty = Issuer(_provider.Url, TimeSpan.FromMilliseconds(200));
        Assert.NotEmpty(await hasty.FindAsync(null, None));
        _provider.Failure = context => Task.Delay(Timeout.Infinite, context.RequestAborted);
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.NotEmpty(await hasty.FindAsync(null, None));
        using var fresh = Issuer(_provider.Url, TimeSpan.FromMilliseconds(200));
        await AssertUnavailableAsync(fresh);
    }

    [Fact]
    public async Task A_client_that_gives_up_is_not_a_failure_of_the_issuer()
    {
        var asked = new TaskCompletionSource();
        _provider.Failure = context =>
        {
            asked.TrySetResult();
            return Task.Delay(Timeout.Infinite, context.RequestAborted);
        };
        using var client = new CancellationTokenSource();
        var waiting = _issuer.FindAsync(null, client.Token).AsTask();
        await asked.Task;
        await client.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        _provider.Failure = null;
        Assert.Equal(["rsa-1"], await IdsAsync("rsa-1"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"keys":1}""")]
    public async Task An_invalid_key_set_is_refused(string keys)
    {
        _provider.KeySet = keys;
        await AssertUnavailableAsync(_issuer);
    }

    [Fact]
    public async Task A_document_over_the_limit_is_refused()
    {
        _provider.KeySet = JwtSigner.GetSet(JwtSigner.Rsa.Jwk()).PadRight(ServerLimits.MaxIssuerDocumentLength);
        Assert.NotEmpty(await _issuer.FindAsync(null, None));
        _provider.KeySet += " ";
        using var fresh = Issuer(_provider.Url);
        await AssertUnavailableAsync(fresh);
    }

    static Task Status(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    static Task<AuthenticationUnavailableException> AssertUnavailableAsync(OidcIssuer issuer) =>
        Assert.ThrowsAsync<AuthenticationUnavailableException>(() => issuer.FindAsync("rsa-1", None).AsTask());

    OidcIssuer Issuer(string url, TimeSpan? timeout = null) => new(
        url, new EgressPolicy(inCluster: false, [], []), new OwnPorts(), _clock, NullLogger.Instance, timeout);

    (int Discovery, int Keys) Requests() =>
        (_provider.GetRequests(ScriptedIssuer.Discovery), _provider.GetRequests(ScriptedIssuer.Keys));

    async Task<string[]> IdsAsync(string keyId)
    {
        ImmutableArray<JsonWebKey> keys = await _issuer.FindAsync(keyId, None);
        return [.. keys.Select(key => key.Id!)];
    }
}
