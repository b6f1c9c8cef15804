using System.Text.Json;
using System.Text.Json.Nodes;
using EndToEnd.Serving;

namespace EndToEnd.Buckets;

/// <summary>What <c>pyrepo bucket</c> says of a real service, and that its policy is enough, and no more than that.</summary>
[Collection(nameof(BucketsCollection))]
public sealed class BucketCommandTests(Minio minio)
{
    static readonly string[] _actions =
    [
        "s3:ListBucket", "s3:ListBucketMultipartUploads", "s3:GetObject", "s3:PutObject", "s3:DeleteObject",
        "s3:AbortMultipartUpload",
    ];

    [Fact]
    public async Task A_check_says_in_text_and_JSON_who_may_use_a_bucket_and_leaves_nothing()
    {
        var bucket = S3Service.NewName();
        await minio.CreateAsync(bucket);
        var keys = new TemporaryKeys(minio.AccessKeyId, minio.SecretAccessKey, "");
        var text = (await CheckAsync(keys, bucket)).MustSucceed();
        text.MustSay($"{bucket}: any number of replicas may use it.").MustSay("conditions").MustNotSay("wrong ");
        var json = (await CheckAsync(keys, bucket, "--format", "json")).MustSucceed();
        using var report = JsonDocument.Parse(json.Output);
        Assert.Equal("SeveralReplicas", report.RootElement.GetProperty("verdict").GetString());
        var conditions = report.RootElement.GetProperty("findings").EnumerateArray()
            .Single(finding => finding.GetProperty("check").GetString() == "conditions");
        Assert.Equal("Ok", conditions.GetProperty("result").GetString());
        Assert.NotEmpty(conditions.GetProperty("details").EnumerateArray());
        Assert.Empty(await minio.ListAsync(bucket));
    }

    [Theory]
    [InlineData("there-is-none", "There is no such bucket")]
    [InlineData("NO-NAME", "--name: \"NO-NAME\" is not a bucket name", 2)]
    public async Task A_bucket_that_cannot_be_used_is_told_from_a_wrong_command(
        string bucket, string said, int status = 1)
    {
        var keys = new TemporaryKeys(minio.AccessKeyId, minio.SecretAccessKey, "");
        var result = await CheckAsync(keys, bucket);
        Assert.Equal(status, result.ExitCode);
        result.MustSay(said);
    }

    [Theory]
    [InlineData("policy *", "--name: \"*\" is not a bucket name")]
    [InlineData("policy team-a --prefix a*", "--prefix")]
    [InlineData("check --name team-a --endpoint '' --region eu-west-1", "--endpoint: it is empty")]
    [InlineData("check --name team-a --endpoint http://127.0.0.1:1 --ca-bundle /etc/hostname", "--ca-bundle")]
    public async Task A_command_that_would_say_something_else_than_is_meant_is_refused(string command, string said)
    {
        var result = await PyRepoProgram.RunAsync(
            ["bucket", .. command.Split(' ').Select(word => word == "''" ? "" : word)]);
        Assert.Equal(2, result.ExitCode);
        result.MustSay(said).MustNotSay("   at ");
        Assert.Equal("", result.Output);
    }

    [Fact]
    public async Task The_printed_policy_is_the_smallest_with_which_a_check_finds_nothing_wrong()
    {
        var bucket = S3Service.NewName();
        await minio.CreateAsync(bucket);
        var policy = await ReadPolicyAsync(bucket, "--prefix", "team");
        var actions = policy["Statement"]!.AsArray().SelectMany(Actions).ToList();
        Assert.Equal(_actions.Order(), actions.Order());
        (await CheckAsync(await TemporaryKeys.CreateAsync(minio, policy), bucket, "--prefix", "team")).MustSucceed();
        foreach (var action in actions)
        {
            var keys = await TemporaryKeys.CreateAsync(minio, Without(policy, action));
            var result = await CheckAsync(keys, bucket, "--prefix", "team");
            Assert.True(result.ExitCode == 1, $"Nothing is wrong without {action}: {result}");
            result.MustSay("AccessDenied");
        }
        // Beside the prefix, they may do nothing.
        var own = await TemporaryKeys.CreateAsync(minio, policy);
        Assert.Equal(1, (await CheckAsync(own, bucket, "--prefix", "other")).ExitCode);
    }

    [Fact]
    public async Task A_server_with_the_printed_policy_creates_its_bucket_works_in_it_and_erases_it()
    {
        var bucket = S3Service.NewName();
        var keys = await TemporaryKeys.CreateAsync(minio, await ReadPolicyAsync(bucket, "--create", "--inspect"));
        var manifest = BucketManifest.Create(minio, $"name: {bucket}, create: true")
            .Replace(BucketManifest.Keys(minio), keys.Manifest, StringComparison.Ordinal);
        Assert.Contains(keys.Token, manifest, StringComparison.Ordinal);
        await using var server = await PyRepoServer.StartAsync(manifest);
        var (small, large) = (TestWheel.Create("demo", "1.0"), TestWheel.Create("demo", "2.0", payload: 40 << 20));
        foreach (var wheel in (TestWheel[])[small, large])
        {
            Assert.Equal(
                System.Net.HttpStatusCode.OK,
                await server.UploadStatusAsync(BucketManifest.Team, wheel, BucketManifest.Publisher));
        }
        await server.KillAsync();
        await server.StartAgainAsync();
        foreach (var wheel in (TestWheel[])[small, large])
            Assert.True(await server.ServesAsync(BucketManifest.Team, wheel));
        Assert.DoesNotContain("AccessDenied", server.OutputText(), StringComparison.Ordinal);
        await server.KillAsync();
        using var folder = new TemporaryFolder();
        (await PyRepoProgram.RunAsync(
            "erase", "-f", folder.Write("team.yaml", manifest), "--root", BucketManifest.Team, "--data",
            folder.At("data"), "--yes")).MustSucceed();
        Assert.False(await minio.HasAsync(bucket));
    }

    Task<ProgramResult> CheckAsync(TemporaryKeys keys, string bucket, params string[] options) => keys.RunAsync(
        [
            "bucket", "check", "--name", bucket, "--endpoint", minio.Endpoint.GetLeftPart(UriPartial.Authority),
            .. options,
        ]);

    static async Task<JsonNode> ReadPolicyAsync(string bucket, params string[] options) =>
        JsonNode.Parse((await PyRepoProgram.RunAsync(["bucket", "policy", bucket, .. options])).MustSucceed().Output)!;

    static IEnumerable<string> Actions(JsonNode? statement) =>
        statement!["Action"]!.AsArray().Select(action => action!.GetValue<string>());

    static JsonNode Without(JsonNode policy, string action)
    {
        var copy = policy.DeepClone();
        foreach (var statement in copy["Statement"]!.AsArray())
        {
            var actions = statement!["Action"]!.AsArray();
            foreach (var found in actions.Where(each => each!.GetValue<string>() == action).ToList())
                actions.Remove(found);
        }
        return copy;
    }
}
