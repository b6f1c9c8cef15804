using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;

namespace EndToEnd.Proxying;

/// <summary>
/// Somebody at the address of a group's member, or on the way there, takes a request of the group's server: it is good
/// for what it asks for, and for nothing else.
/// </summary>
public sealed class StolenTokenTests(PrivateNamesOnServers servers)
    : IClassFixture<PrivateNamesOnServers>, IAsyncLifetime
{
    const string Private = "acme-secret";
    const int SecretLength = 50;
    readonly PrivateNamesWorld _world = servers.World;

    public async ValueTask InitializeAsync()
    {
        _world.Front!.LeadTo(_world.Team.Url);
        Assert.True(await _world.TryUploadAsync(TestWheel.Create(Private, "1.0")));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Anybody makes a group look up a token.</summary>
    [Fact]
    public async Task A_request_that_looks_up_a_token_allows_nothing_else()
    {
        _world.Front!.Take();
        var password = $"pyrepo_abcdefghijkl_{new string('a', SecretLength)}";
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_world.Group, "tokens/"));
        request.Headers.Authorization = TwineForm.Basic("__token__", password);
        using (var answer = await client.SendAsync(request))
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        var stolen = TakenFor("GET /api/v1/tokens/abcdefghijkl ");
        var token = GetToken(stolen);
        // It is the group's own request: the member answers it, and has no such token.
        Assert.Contains(" 404 There is no token 'abcdefghijkl'", await SendAsync(stolen), StringComparison.Ordinal);
        foreach (var (method, path) in ((string, string)[])[
            ("GET", "api/v1/tokens/abcdefghijkm"), ("GET", "api/v1/tokens"), ("POST", "api/v1/tokens"),
            ("DELETE", "api/v1/tokens/abcdefghijkl"), ("DELETE", $"api/v1/projects/{Private}/releases/1.0"),
            ("PUT", $"api/v1/projects/{Private}/releases/1.0/yank"), ("PUT", $"api/v1/projects/{Private}/status"),
            ("POST", "api/v1/retention"), ("GET", "api/v1/retention"), ("GET", "upload/"), ("GET", "api/v1/downloads"),
            ("DELETE", "api/v1/downloads?caller=alice")])
        {
            Assert.Equal((path, HttpStatusCode.Unauthorized), (path, await SendAsync(token, method, path)));
        }
        using var uploaded = await UploadAsync(token, TestWheel.Create("stolen", "1.0"));
        Assert.Equal(HttpStatusCode.Unauthorized, uploaded.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await _world.Team.AskAsync(
            new Uri(_world.Team.Url, $"simple/{Private}/"))).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await _world.Team.AskAsync(
            new Uri(_world.Team.Url, "simple/stolen/"))).Status);
    }

    [Fact]
    public async Task An_upload_is_good_for_its_own_bytes_and_once()
    {
        _world.Front!.Take();
        using (var lost = await _world.UploadToGroupAsync(TestWheel.Create("parcel", "1.0")))
            Assert.Equal(HttpStatusCode.ServiceUnavailable, lost.StatusCode);
        var stolen = TakenFor("POST /legacy/ ");
        using (var other = await UploadAsync(GetToken(stolen), TestWheel.Create("parcel", "6.6.6")))
            Assert.Equal(HttpStatusCode.BadRequest, other.StatusCode);
        // That was its one use. Another one, whose form is changed on the way:
        using (var lost = await _world.UploadToGroupAsync(TestWheel.Create("parcel", "1.0")))
            Assert.Equal(HttpStatusCode.ServiceUnavailable, lost.StatusCode);
        var changed = Encoding.Latin1.GetString(TakenFor("POST /legacy/ ", skip: 1))
            .Replace("twine", "twin3", StringComparison.Ordinal)
            .Replace("bdist_wheel", "bdist_wheeI", StringComparison.Ordinal);
        Assert.Contains("400 ", await SendAsync(Encoding.Latin1.GetBytes(changed)), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await _world.Team.AskAsync(
            new Uri(_world.Team.Url, "simple/parcel/"))).Status);
        // As it was sent, the member takes it, and no second time.
        using (var lost = await _world.UploadToGroupAsync(TestWheel.Create("parcel", "1.0")))
            Assert.Equal(HttpStatusCode.ServiceUnavailable, lost.StatusCode);
        var whole = TakenFor("POST /legacy/ ", skip: 2);
        Assert.Contains("200 OK", await SendAsync(whole), StringComparison.Ordinal);
        Assert.Contains(" 401 The token was used before.", await SendAsync(whole), StringComparison.Ordinal);
        Assert.Equal(["parcel-1.0-py3-none-any.whl"], (await _world.Team.AskAsync(
            new Uri(_world.Team.Url, "simple/parcel/"), accept: Replies.Json)).FileNames);
    }

    byte[] TakenFor(string beginning, int skip = 0) => _world.Front!.Taken
        .Where(taken => Encoding.Latin1.GetString(taken).StartsWith(beginning, StringComparison.Ordinal))
        .Skip(skip).First();

    static string GetToken(byte[] request) =>
        Encoding.Latin1.GetString(request).Split("Authorization: Bearer ")[1].Split('\r')[0];

    async Task<HttpStatusCode> SendAsync(string token, string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(_world.Team.Url, path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await _world.Team.Http.SendAsync(request);
        return answer.StatusCode;
    }

    Task<HttpResponseMessage> UploadAsync(string token, TestWheel wheel) => TwineForm.SendAsync(
        _world.Team.Http, new Uri(_world.Team.Url, "legacy/"), TwineForm.From(wheel),
        new AuthenticationHeaderValue("Bearer", token));

    /// <summary>Sends a request as it was taken, and returns the head of the answer.</summary>
    async Task<string> SendAsync(byte[] request)
    {
        using var member = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await member.ConnectAsync(_world.Team.Url.Host, _world.Team.Url.Port);
        await member.SendAsync(request);
        var buffer = new byte[64 << 10];
        return Encoding.Latin1.GetString(buffer, 0, await member.ReceiveAsync(buffer));
    }
}
