using System.Diagnostics;
using System.Text.RegularExpressions;
using Xunit;

namespace PyRepo.Testing.Buckets;

/// <summary>A real Ceph with its S3 gateway (RGW): one monitor, one disk, one gateway.</summary>
/// <remarks>
/// It is Debian's (16.2), which must be installed, or that of the folder which <c>CEPH_ROOT</c> names, made by
/// <c>ceph.sh root</c> of the assets. A test is skipped where there is none.
/// </remarks>
public partial class Ceph : S3Service
{
    /// <summary>The name of the collection of tests that share one.</summary>
    public const string Collection = "Ceph";

    /// <summary>Why the tests are skipped.</summary>
    const string NotInstalled = "Ceph is missing. Install it: apt-get install radosgw ceph-mon ceph-osd";

    static readonly string[] _daemons = ["radosgw", "ceph-mon", "ceph-osd"];

    /// <inheritdoc/>
    public override Uri Endpoint
    {
        get
        {
            Assert.SkipWhen(Assets.Find(Program) is not null && !IsInstalled, NotInstalled);
            return base.Endpoint;
        }
    }

    /// <inheritdoc/>
    public override string Region => "default";

    /// <inheritdoc/>
    protected override string Program => "s3/ceph.sh";

    /// <inheritdoc/>
    protected override bool CanStart => IsInstalled;

    /// <inheritdoc/>
    protected override int Ports => 20;

    /// <inheritdoc/>
    protected override string Script => """
        # Who ends the tests with a signal ends the shell, too, but not the daemons, which have sessions of their own.
        trap : INT TERM HUP
        "$ASSETS/s3/ceph.sh" up "$1/ceph" "$2"
        read -r; "$ASSETS/s3/ceph.sh" down "$1/ceph"
        """;

    static bool IsInstalled => Environment.GetEnvironmentVariable("CEPH_ROOT") is { Length: > 0 } root
        ? Directory.Exists(root)
        : _daemons.All(name => File.Exists($"/usr/bin/{name}"));

    /// <inheritdoc/>
    protected override void Prepare(ProcessStartInfo start) =>
        // A day of a lifecycle rule lasts as many seconds.
        start.Environment["CEPH_LC_SECONDS"] = "2";

    /// <inheritdoc/>
    protected override async Task WaitAsync(StreamReader output)
    {
        var keys = Keys().Match(await output.ReadLineAsync() ?? "");
        if (!keys.Success)
            throw new InvalidOperationException("Ceph did not start.");
        (AccessKeyId, SecretAccessKey) = (keys.Groups["id"].Value, keys.Groups["secret"].Value);
    }

    /// <summary>Runs <c>radosgw-admin</c>.</summary>
    public Task AdministerAsync(params string[] arguments) =>
        RunAsync([Assets.Find(Program)!, "admin", $"{Folder}/ceph", .. arguments]);

    [GeneratedRegex(@"S3_ACCESS_KEY=(?<id>\S+) S3_SECRET_KEY=(?<secret>\S+)")]
    private static partial Regex Keys();
}
