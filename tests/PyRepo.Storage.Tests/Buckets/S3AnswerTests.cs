using Microsoft.AspNetCore.Http;
using PyRepo.Storage.Buckets;
using PyRepo.Storage.Buckets.S3;

namespace PyRepo.Storage.Tests.Buckets;

/// <summary>Answers that neither MinIO nor Garage gives.</summary>
public sealed class S3AnswerTests
{
    static readonly CancellationToken _none = CancellationToken.None;

    [Fact]
    public async Task A_listing_is_read_page_by_page()
    {
        var queries = new List<string>();
        await using var service = await StartAsync(context =>
        {
            queries.Add(context.Request.QueryString.Value!);
            return queries.Count == 1
                ? """
                  <?xml version="1.0" encoding="UTF-8"?>
                  <ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
                    <Name>b</Name><IsTruncated>true</IsTruncated><EncodingType>url</EncodingType>
                    <NextContinuationToken>a/b+c=</NextContinuationToken>
                    <Contents>
                      <Key>p/with+space%2Band%01</Key><LastModified>2026-11-22T12:00:00.999Z</LastModified>
                      <ETag>&quot;1&quot;</ETag><Size>7</Size><Owner><ID>x</ID></Owner>
                    </Contents>
                  </ListBucketResult>
                  """
                : """
                  <ListBucketResult>
                    <Contents><Key>p/z</Key><ETag>2</ETag><Size>0</Size></Contents>
                  </ListBucketResult>
                  """;
        });
        using var client = CreateClient(service);
        Assert.Equal(
            [
                new StoredObject("p/with space+and\u0001", 7, new("1"), new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero)),
                new StoredObject("p/z", 0, new("2"), DateTimeOffset.UnixEpoch),
            ],
            await ListAsync(client, "p/", "p/a b"));
        Assert.Equal(
            [
                "?encoding-type=url&list-type=2&prefix=p%2F&start-after=p%2Fa%20b",
                "?continuation-token=a%2Fb%2Bc%3D&encoding-type=url&list-type=2&prefix=p%2F&start-after=p%2Fa%20b",
            ],
            queries);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html><body>Sign in</body></html>")]
    [InlineData("<ListBucketResult><Contents>")]
    [InlineData("<ListBucketResult><Contents><Size>1</Size></Contents></ListBucketResult>")]
    public async Task An_answer_that_is_no_listing_is_not_taken_for_an_empty_one(string answer)
    {
        await using var service = await StartAsync(_ => answer);
        using var client = CreateClient(service);
        var error = await Assert.ThrowsAsync<BucketException>(() => ListAsync(client, "", null));
        Assert.Equal("NotS3", error.Code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<NextContinuationToken>same</NextContinuationToken>")]
    public async Task A_listing_that_does_not_go_on_is_not_taken_for_a_whole_one(string next)
    {
        await using var service = await StartAsync(_ =>
            $"<ListBucketResult><IsTruncated>true</IsTruncated>{next}</ListBucketResult>");
        using var client = CreateClient(service);
        var error = await Assert.ThrowsAsync<BucketException>(() => ListAsync(client, "", null));
        Assert.Equal("NotS3", error.Code);
    }

    [Theory]
    [InlineData("", "<a><b/></a>", 50_001, "")]
    [InlineData("", "<a><b>x</b></a>", 34_000, "")]
    [InlineData("<Name>", "<![CDATA[0123456789]]>", 7_000, "</Name>")]
    public async Task A_listing_of_more_than_a_service_sends_is_not_kept(
        string before, string repeated, int times, string after)
    {
        var many = string.Concat(Enumerable.Repeat(repeated, times));
        var answer = $"<ListBucketResult>{before}{many}{after}</ListBucketResult>";
        await using var service = await StartAsync(_ => answer);
        using var client = CreateClient(service);
        var error = await Assert.ThrowsAsync<BucketException>(() => ListAsync(client, "", null));
        Assert.Equal("NotS3", error.Code);
    }

    [Fact]
    public async Task Uploads_that_a_service_names_again_and_again_are_looked_at_once()
    {
        await using var service = await StartAsync(_ => """
            <ListMultipartUploadsResult>
              <NextKeyMarker>a</NextKeyMarker><IsTruncated>true</IsTruncated>
            </ListMultipartUploadsResult>
            """);
        using var client = CreateClient(service);
        await client.AbortUploadsAsync("p/", DateTimeOffset.MaxValue, _none);
    }

    [Fact]
    public async Task A_text_may_be_in_several_pieces()
    {
        await using var service = await StartAsync(_ => """
            <ListBucketResult><Contents>
              <Key>p/a<!-- and -->b<![CDATA[&c]]></Key><ETag>1</ETag><Size>1</Size>
            </Contents></ListBucketResult>
            """);
        using var client = CreateClient(service);
        Assert.Equal("p/ab&c", Assert.Single(await ListAsync(client, "", null)).Key);
    }

    [Theory]
    [InlineData("PreconditionFailed")]
    [InlineData("ConditionalRequestConflict")]
    public async Task A_condition_that_breaks_while_parts_are_joined_is_told_as_such(string code)
    {
        await using var service = await StartWithPartsAsync($"<Error><Code>{code}</Code></Error>");
        using var client = CreateClient(service);
        await Assert.ThrowsAsync<PreconditionFailedException>(() => client.CompleteUploadAsync(
            "a", "x", [], new BucketBody(new byte[9]), WriteCondition.Absent, _none));
    }

    [Theory]
    [InlineData("<Error><Code>InvalidPart</Code></Error>", "InvalidPart", false)]
    [InlineData("<Error><Code>SlowDown</Code></Error>", "SlowDown", true)]
    [InlineData("", "InternalError", true)]
    public async Task An_error_after_a_200_is_told(string answer, string code, bool isTransient)
    {
        await using var service = await StartWithPartsAsync(answer);
        using var client = CreateClient(service);
        var error = await Assert.ThrowsAsync<BucketException>(() => client.CompleteUploadAsync(
            "a", "x", [], new BucketBody(new byte[9]), WriteCondition.Absent, _none));
        Assert.Equal((code, isTransient), (error.Code, error.IsTransient));
    }

    [Fact]
    public async Task A_write_without_a_version_is_an_error()
    {
        await using var service = await StartAsync(_ => "");
        using var client = CreateClient(service);
        var body = new BucketBody(new byte[9]);
        foreach (var write in new Func<Task>[]
        {
            () => client.PutAsync("a", body, WriteCondition.None, _none),
            () => client.PutPartAsync("a", "x", 1, body, _none),
            () => client.BeginUploadAsync("a", _none),
        })
        {
            Assert.Equal("NotS3", (await Assert.ThrowsAsync<BucketException>(write)).Code);
        }
    }

    [Fact]
    public async Task Old_uploads_are_discarded_page_by_page()
    {
        var requests = new List<string>();
        await using var service = await StartAsync(context =>
        {
            requests.Add($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString}");
            return HttpMethods.IsDelete(context.Request.Method) ? ""
                : requests.Count == 1
                    ? """
                      <ListMultipartUploadsResult>
                        <NextKeyMarker>p/b</NextKeyMarker><NextUploadIdMarker>2</NextUploadIdMarker>
                        <IsTruncated>true</IsTruncated>
                        <Upload><Key>p/a</Key><UploadId>1</UploadId><Initiated>2026-11-22T12:00:00Z</Initiated></Upload>
                        <Upload><Key>p/b</Key><UploadId>2</UploadId><Initiated>2026-11-22T12:00:02Z</Initiated></Upload>
                        <Upload><Key>p/b</Key><Initiated>2026-11-22T12:00:00Z</Initiated></Upload>
                      </ListMultipartUploadsResult>
                      """
                    : """
                      <ListMultipartUploadsResult><IsTruncated>false</IsTruncated>
                        <Upload><Key>p/c</Key><UploadId>3</UploadId><Initiated>2026-11-22T12:00:00Z</Initiated></Upload>
                      </ListMultipartUploadsResult>
                      """;
        });
        using var client = CreateClient(service);
        await client.AbortUploadsAsync("p/", new(2026, 11, 22, 12, 0, 1, TimeSpan.Zero), _none);
        Assert.Equal(
            [
                "GET /b/?prefix=p%2F&uploads=",
                "DELETE /b/p/a?uploadId=1",
                "GET /b/?key-marker=p%2Fb&prefix=p%2F&upload-id-marker=2&uploads=",
                "DELETE /b/p/c?uploadId=3",
            ],
            requests);
    }

    [Fact]
    public async Task A_service_may_send_white_space_until_an_upload_is_complete()
    {
        var sent = "";
        await using var service = await ScriptedS3.StartAsync(async context =>
        {
            context.Response.Headers.ETag = "\"part & <1>\"";
            if (!HttpMethods.IsPost(context.Request.Method))
                return;
            using var reader = new StreamReader(context.Request.Body);
            sent = await reader.ReadToEndAsync();
            await context.Response.WriteAsync(" \n ");
            await context.Response.Body.FlushAsync();
            await context.Response.WriteAsync(
                """
                <?xml version="1.0" encoding="UTF-8"?>
                <CompleteMultipartUploadResult><Key>a</Key><ETag>&#34;all-1&#34;</ETag></CompleteMultipartUploadResult>
                """);
        });
        using var client = CreateClient(service);
        var written = await client.CompleteUploadAsync(
            "a", "x", [], new BucketBody(new byte[9]), WriteCondition.Absent, _none);
        Assert.Equal((new VersionTag("all-1"), 9), (written.Version, written.Length));
        Assert.Contains(
            "<Part><PartNumber>1</PartNumber><ETag>&quot;part &amp; &lt;1&gt;&quot;</ETag></Part>", sent,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_written_has_the_time_of_the_service()
    {
        var time = new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
        await using var service = await ScriptedS3.StartAsync(context =>
        {
            context.Response.Headers.ETag = "\"1\"";
            context.Response.Headers.Date = time.ToString("R");
            return Task.CompletedTask;
        });
        using var client = CreateClient(service);
        var written = await client.PutAsync("a", new BucketBody(new byte[9]), WriteCondition.None, _none);
        Assert.InRange(written.LastModified, time, time.AddMinutes(1));
    }

    static Task<ScriptedS3> StartAsync(Func<HttpContext, string> answer) =>
        ScriptedS3.StartAsync(context => context.Response.WriteAsync(answer(context)));

    /// <summary>Starts a service that takes parts, and answers their completion.</summary>
    static Task<ScriptedS3> StartWithPartsAsync(string completion) => ScriptedS3.StartAsync(context =>
    {
        context.Response.Headers.ETag = "\"1\"";
        return HttpMethods.IsPost(context.Request.Method)
            ? context.Response.WriteAsync(completion)
            : Task.CompletedTask;
    });

    static S3BucketClient CreateClient(ScriptedS3 service) => new(new S3Settings
    {
        Bucket = "b",
        Endpoint = new(service.Url),
        Credentials = new ReplaceableCredentials("some-access-key", "some-secret-key"),
    });

    static async Task<List<StoredObject>> ListAsync(S3BucketClient client, string prefix, string? startAfter)
    {
        var all = new List<StoredObject>();
        await foreach (var listed in client.ListAsync(prefix, startAfter, _none))
            all.Add(listed);
        return all;
    }
}
