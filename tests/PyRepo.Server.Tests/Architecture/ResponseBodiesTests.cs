using PyRepo.Testing;

namespace PyRepo.Server.Tests.Architecture;

/// <summary>
/// Kestrel copies what is written to a response, and keeps the copy until the client has read it. What may be long is
/// sent by those who count that.
/// </summary>
public sealed class ResponseBodiesTests
{
    /// <summary>The senders, and those that send only what is short.</summary>
    static readonly HashSet<string> _writers =
    [
        "Endpoints/Files/BytesSender.cs", "Endpoints/Files/FileSender.cs", "Endpoints/Files/StreamSender.cs",
        "Endpoints/Rendering/PageSender.cs",
        "Endpoints/Http/ErrorResponse.cs", "Serving/Management/ManagementEndpoint.cs",
        "Endpoints/TrustedPublishing/OidcAnswer.cs",
        "Endpoints/Web/PageAssets.cs",
    ];

    [Fact]
    public void Bodies_are_written_by_the_senders_only() => Assert.Empty(
        from file in ServerSources.Files()
        where !_writers.Contains(ServerSources.GetPath(file)) && Writes(SourceTree.Read(file))
        select $"{file} writes a body itself, and not by BytesSender.");

    [Fact]
    public void The_writers_still_write() => Assert.All(
        _writers, file => Assert.True(Writes(SourceTree.Read($"src/PyRepo.Server/{file}")), file));

    static readonly string[] _ways =
    [
        "BodyWriter", "Response.Body.", "response.Body.", "WriteAsJsonAsync",
        ".Response.WriteAsync", " response.WriteAsync",
        "esponse.SendFileAsync", "Results.Json", "Results.Text", "Results.Stream", "Results.Bytes", "Results.File",
        "Results.Content", "Results.Ok",
    ];

    static bool Writes(string source) =>
        _ways.Any(way => source.Contains(way, StringComparison.Ordinal));
}
