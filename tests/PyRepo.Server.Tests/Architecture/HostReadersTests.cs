using System.Text.RegularExpressions;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Architecture;

public sealed partial class HostReadersTests
{
    /// <summary>What reads <c>HttpRequest.Host</c>, and why the router has checked the header before.</summary>
    static readonly string[] _readers = ["src/PyRepo.Server/Endpoints/Http/RepositoryRequest.cs"];

    [Fact]
    public void The_host_of_a_request_is_read_only_where_the_header_has_been_checked() =>
        // It throws for a header that anybody can send. RequestHost takes the header itself.
        Assert.Equal(_readers, ServerSources.Files().Where(ReadsHost).Order());

    static bool ReadsHost(string file) => HostOfRequest.IsMatch(SourceTree.Read(file));

    [GeneratedRegex(@"\b[Rr]equest\.Host\b")]
    static partial Regex HostOfRequest { get; }
}
