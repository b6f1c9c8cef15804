using System.Text.RegularExpressions;

namespace PyRepo.Testing.Buckets;

/// <summary>Garage: an S3 service that ignores the conditions of writes.</summary>
public sealed partial class Garage : S3Service
{
    /// <summary>The name of the collection of tests that share one.</summary>
    public const string Collection = "Garage";

    /// <inheritdoc/>
    public override string Region => "garage";

    /// <inheritdoc/>
    protected override string Program => "s3/garage.sh";

    /// <inheritdoc/>
    protected override string Script => """
        # Who ends the tests with a signal ends the shell, too, but not Garage, which has a session of its own.
        trap : INT TERM HUP
        "$ASSETS/s3/garage.sh" up "$1" "$2"
        read -r; "$ASSETS/s3/garage.sh" down "$1"
        """;

    /// <inheritdoc/>
    protected override async Task WaitAsync(StreamReader output)
    {
        var line = await output.ReadLineAsync() ?? "";
        var keys = Keys().Match(line);
        if (!keys.Success)
            throw new InvalidOperationException("Garage did not start.");
        (AccessKeyId, SecretAccessKey) = (keys.Groups["id"].Value, keys.Groups["secret"].Value);
    }

    [GeneratedRegex(@"S3_ACCESS_KEY=(?<id>\S+) S3_SECRET_KEY=(?<secret>\S+)")]
    private static partial Regex Keys();
}
