using System.Text.RegularExpressions;

namespace PyRepo.Server.Tests.Architecture;

/// <summary>
/// What fails says why by a <c>RejectionReason</c>, and <c>ErrorResponse</c> alone gives that a status.
/// </summary>
public sealed partial class FailureStatusesTests
{
    /// <summary>Those whose status is a part of another protocol, or of a page that is no failure.</summary>
    static readonly string[] _others =
    [
        "src/PyRepo.Server/Endpoints/Files/FileEndpoint.cs", // a range that is not there: RFC 9110 §14.4
        "src/PyRepo.Server/Endpoints/Http/ErrorResponse.cs",
        "src/PyRepo.Server/Endpoints/Http/TimedBody.cs", // Kestrel's own failure
        "src/PyRepo.Server/Endpoints/TrustedPublishing/DiscoveryEndpoint.cs", // as PEP 807 says
        "src/PyRepo.Server/Endpoints/TrustedPublishing/OidcEndpoint.cs", // as PyPI answers
        "src/PyRepo.Server/Endpoints/Web/LoginPage.cs", // a form that is shown again
        "src/PyRepo.Server/Endpoints/Web/RefusedForm.cs", // the same
        "src/PyRepo.Server/Endpoints/Web/RetentionPage.cs", // the same
        "src/PyRepo.Server/Serving/Management/ManagementEndpoint.cs", // for probes
        "src/PyRepo.Server/Serving/Routing/RepositoryEndpoints.cs", // looks at what the router has picked
    ];

    [Fact]
    public void The_status_of_a_failure_is_picked_in_one_place() => Assert.Equal(
        _others,
        ServerSources.CodeLines().Where(line => Picks.IsMatch(line.Text))
            .Select(line => line.File).Distinct().Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("response.StatusCode = StatusCodes.Status404NotFound;")]
    [InlineData("response.StatusCode = 503;")]
    [InlineData("await SendAsync(context, 422, message);")]
    [InlineData("throw new HttpException(404, message);")]
    public void A_status_would_be_found(string line) => Assert.Matches(Picks, line);

    [GeneratedRegex(
        @"StatusCodes\.Status[45]|StatusCode = [45]|(Async\(context|Exception\()(, )?[45]\d\d, ",
        RegexOptions.CultureInvariant)]
    static partial Regex Picks { get; }
}
