using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using PyRepo.Resources.Access;
using PyRepo.Server.Access;
using PyRepo.Server.Endpoints.Http;
using PyRepo.Server.Endpoints.Uploads;
using PyRepo.Server.Platform.Limits;
using PyRepo.Server.Tests.Endpoints.Http;
using PyRepo.Server.Tests.Hosted;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Endpoints.Uploads;

public sealed class UploadEndpointTests : IDisposable
{
    /// <summary>At the limit, it takes some minutes.</summary>
    static readonly byte[] _wheel = WheelFile.Make("foo", "1.0", Incompressible(200 << 10));
    readonly HostedFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_upload_that_trickles_ends_with_408_and_leaves_nothing()
    {
        var tooSlow = await Assert.ThrowsAsync<BadHttpRequestException>(
            () => SendAsync((ServerLimits.MinUploadPerMinute / 60) - 10, TimeSpan.FromSeconds(1)));
        Assert.Equal(408, tooSlow.StatusCode);
        Assert.Contains("less than 64 KiB came in a minute", tooSlow.Message, StringComparison.Ordinal);
        Assert.Empty(await _folder.PackagesAsync());
    }

    [Fact]
    public async Task A_slow_upload_that_keeps_to_the_rate_arrives()
    {
        await SendAsync(ServerLimits.MinUploadPerMinute / 30, TimeSpan.FromSeconds(1));
        Assert.Equal(_wheel, await _folder.ReadAsync("foo", WheelFile.GetName("foo", "1.0")));
    }

    static string Incompressible(int bytes)
    {
        var random = new byte[bytes];
        new Random(1).NextBytes(random);
        return Convert.ToBase64String(random);
    }

    async Task SendAsync(int bytes, TimeSpan interval)
    {
        var repository = await _folder.OpenAsync();
        var registration = RequestFor.Repository() with
        {
            Repository = repository,
            Uploads = new HostedUploadTarget(
                repository, RepositoryRegistration.UsualMaxFileSize, _folder.Clock),
            Access = new AccessPolicy([new Grant { To = [new Subject { User = "alice" }], Role = Role.Publisher }]),
        };
        var form = new FormBody().Field(":action", "file_upload").Field("protocol_version", "1")
            .Field("name", "foo").Field("version", "1.0").File("content", _wheel);
        var context = RequestFor.Context(registration.BasePath, ("Authorization", "Basic YWxpY2U6c2VjcmV0"));
        context.Request.Method = "POST";
        context.Request.ContentType = form.ToRequest().ContentType;
        context.Request.Body = new TrickleStream(form.ToArray(), bytes, interval, _folder.Clock);
        await new UploadEndpoint(new RequestBodyDrain(_folder.Clock), _folder.Clock).ReceiveAsync(
            new RepositoryRequest(context, registration), NullLogger.Instance);
    }
}
