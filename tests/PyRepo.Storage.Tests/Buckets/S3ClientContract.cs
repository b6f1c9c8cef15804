using System.Text;
using PyRepo.Storage.Buckets;
using PyRepo.Storage.Buckets.S3;
using PyRepo.Testing;
using PyRepo.Testing.Buckets;

namespace PyRepo.Storage.Tests.Buckets;

/// <summary>What every S3 service does.</summary>
public abstract class S3ClientContract(S3Service service) : IAsyncLifetime
{
    static readonly CancellationToken _none = CancellationToken.None;

    protected S3BucketClient Client { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Client = new S3BucketClient(await service.NewBucketAsync());

    public ValueTask DisposeAsync()
    {
        Client.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task An_object_exists_until_it_is_deleted()
    {
        var put = await PutAsync("a/b", "hello");
        Assert.Equal(put, await Client.HeadAsync("a/b", _none));
        Assert.Equal("hello", await ReadAsync("a/b", new()));
        await Client.DeleteAsync("a/b", _none);
        await Client.DeleteAsync("a/b", _none);
        Assert.Null(await Client.HeadAsync("a/b", _none));
        using var response = await Client.GetAsync("a/b", new(), _none);
        Assert.Equal(BucketReadOutcome.NotFound, response.Outcome);
    }

    [Fact]
    public async Task Every_response_has_the_same_time_in_whole_seconds()
    {
        var before = DateTimeOffset.UtcNow.AddSeconds(-1);
        var put = await PutAsync("a", "1");
        var head = await Client.HeadAsync("a", _none);
        var listed = Assert.Single(await ListAsync(""));
        using var response = await Client.GetAsync("a", new(), _none);
        Assert.Equal(head!.LastModified, listed.LastModified);
        Assert.Equal(head.LastModified, response.Object.LastModified);
        Assert.Equal(0, head.LastModified.UtcTicks % TimeSpan.TicksPerSecond);
        Assert.InRange(put.LastModified, before, DateTimeOffset.UtcNow);
        Assert.InRange((put.LastModified - head.LastModified).Duration().TotalSeconds, 0, 1);
    }

    [Fact]
    public async Task Bytes_may_come_from_a_section_of_a_file()
    {
        using var folder = new TemporaryFolder();
        using var file = File.OpenHandle(folder.Write("file", "0123456789"));
        var put = await Client.PutAsync("a", new BucketBody(file, 2, 5), WriteCondition.None, _none);
        Assert.Equal(5, put.Length);
        Assert.Equal("23456", await ReadAsync("a", new()));
    }

    [Theory]
    [InlineData(0, null, "0123456789")]
    [InlineData(0, 3L, "012")]
    [InlineData(4, 3L, "456")]
    [InlineData(8, 100L, "89")]
    [InlineData(7, null, "789")]
    [InlineData(10, null, "")]
    [InlineData(99, 5L, "")]
    [InlineData(3, 0L, "")]
    public async Task A_range_is_read(long offset, long? count, string expected)
    {
        var put = await PutAsync("a", "0123456789");
        using var response = await Client.GetAsync("a", new() { Offset = offset, Count = count }, _none);
        Assert.Equal(put, response.Object);
        Assert.Equal(expected, await TextAsync(response));
    }

    [Fact]
    public async Task An_empty_object_has_no_bytes_in_any_range()
    {
        await PutAsync("a", "");
        Assert.Equal("", await ReadAsync("a", new()));
        Assert.Equal("", await ReadAsync("a", new() { Count = 10 }));
    }

    [Fact]
    public async Task A_read_may_depend_on_the_version()
    {
        var first = await PutAsync("a", "1");
        Assert.Equal(BucketReadOutcome.Unchanged, await OutcomeAsync("a", new() { NoneMatch = first.Version }));
        Assert.Equal(BucketReadOutcome.Found, await OutcomeAsync("a", new() { Match = first.Version }));
        var second = await PutAsync("a", "2");
        Assert.NotEqual(first.Version, second.Version);
        Assert.Equal(BucketReadOutcome.Found, await OutcomeAsync("a", new() { NoneMatch = first.Version }));
        Assert.Equal(BucketReadOutcome.Changed, await OutcomeAsync("a", new() { Match = first.Version }));
        Assert.Equal(BucketReadOutcome.NotFound, await OutcomeAsync("b", new() { NoneMatch = first.Version }));
    }

    [Theory]
    [InlineData("with space")]
    [InlineData("plus+percent%25&=?#;:@$,'()*!~")]
    [InlineData("ünïcode/日本/😀")]
    [InlineData("@01234/a-1.0-py3-none-any.whl")]
    public async Task Any_name_works_in_every_request(string name)
    {
        var put = await PutAsync(name, "x");
        Assert.Equal(put, await Client.HeadAsync(name, _none));
        Assert.Equal("x", await ReadAsync(name, new()));
        Assert.Equal(name, Assert.Single(await ListAsync(name)).Key);
        using var http = new HttpClient();
        Assert.Equal("x", await http.GetStringAsync(Client.Presign(name, TimeSpan.FromMinutes(1))));
        var upload = await Client.BeginUploadAsync(name, _none);
        await Client.CompleteUploadAsync(name, upload, [], Bytes("y"), WriteCondition.None, _none);
        Assert.Equal("y", await ReadAsync(name, new()));
        await Client.DeleteAsync(name, _none);
        Assert.Empty(await ListAsync(""));
    }

    [Fact]
    public async Task A_listing_is_complete_and_sorted()
    {
        var names = Enumerable.Range(0, 2_500).Select(n => $"list/{n * 7919 % 2_500:D4}").ToArray();
        await Parallel.ForEachAsync(names, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (name, token) =>
            await Client.PutAsync(name, Bytes(name), WriteCondition.None, token));
        await PutAsync("other", "");
        var listed = await ListAsync("list/");
        Assert.Equal(names.Order(StringComparer.Ordinal), listed.Select(o => o.Key));
        Assert.All(listed, o => Assert.Equal(9, o.Length));
        Assert.Equal(listed[1_234..], await ListAsync("list/", listed[1_233].Key));
        Assert.Equal(listed[42], await Client.HeadAsync(listed[42].Key, _none));
    }

    [Fact]
    public async Task An_upload_in_parts_is_visible_when_it_is_complete()
    {
        var first = new byte[Client.PartLength];
        Random.Shared.NextBytes(first);
        var upload = await Client.BeginUploadAsync("a", _none);
        var tag = await Client.PutPartAsync("a", upload, 1, new BucketBody(first), _none);
        Assert.Null(await Client.HeadAsync("a", _none));
        var put = await Client.CompleteUploadAsync("a", upload, [tag], Bytes("end"), WriteCondition.None, _none);
        Assert.Equal(first.Length + 3, put.Length);
        Assert.Equal(put, await Client.HeadAsync("a", _none));
        Assert.Equal("end", await ReadAsync("a", new() { Offset = first.Length }));
    }

    [Fact]
    public async Task A_discarded_upload_is_gone()
    {
        var upload = await Client.BeginUploadAsync("a", _none);
        await Client.AbortUploadAsync("a", upload, _none);
        await Client.AbortUploadAsync("a", upload, _none);
        var error = await Assert.ThrowsAsync<BucketException>(
            () => Client.PutPartAsync("a", upload, 1, Bytes("x"), _none));
        Assert.Equal("NoSuchUpload", error.Code);
    }

    [Fact]
    public async Task Uploads_are_discarded_by_their_age()
    {
        var upload = await Client.BeginUploadAsync("a/b", _none);
        await Client.AbortUploadsAsync("a/b", DateTimeOffset.UtcNow.AddHours(-1), _none);
        await Client.PutPartAsync("a/b", upload, 1, Bytes("x"), _none);
        await Client.AbortUploadsAsync("a/b", DateTimeOffset.UtcNow.AddHours(1), _none);
        await Assert.ThrowsAsync<BucketException>(() => Client.PutPartAsync("a/b", upload, 1, Bytes("x"), _none));
    }

    [Fact]
    public async Task A_presigned_URL_works_without_credentials_for_a_limited_time()
    {
        await PutAsync("a", "0123456789");
        using var http = new HttpClient();
        var url = Client.Presign("a", TimeSpan.FromMinutes(1))!;
        Assert.Equal("http", url.Scheme);
        Assert.Equal("0123456789", await http.GetStringAsync(url));
        using var ranged = new HttpRequestMessage(HttpMethod.Get, url) { Headers = { Range = new(2, 3) } };
        using var part = await http.SendAsync(ranged);
        Assert.Equal("23", await part.Content.ReadAsStringAsync());
        using var other = await http.GetAsync(new Uri(url.AbsoluteUri.Replace("/a?", "/b?", StringComparison.Ordinal)));
        Assert.Equal(403, (int)other.StatusCode);
        var brief = Client.Presign("a", TimeSpan.FromSeconds(1))!;
        await Task.Delay(TimeSpan.FromSeconds(2.5));
        using var expired = await http.GetAsync(brief);
        Assert.False(expired.IsSuccessStatusCode);
    }

    [Fact]
    public async Task A_bucket_is_created_once_and_deleted()
    {
        using var client = new S3BucketClient(service.Settings(S3Service.NewName()));
        Assert.False(await client.BucketExistsAsync(_none));
        Assert.True(await client.CreateBucketAsync(_none));
        Assert.False(await client.CreateBucketAsync(_none));
        Assert.True(await client.BucketExistsAsync(_none));
        await client.DeleteBucketAsync(_none);
        await client.DeleteBucketAsync(_none);
        Assert.False(await client.BucketExistsAsync(_none));
    }

    protected Task<StoredObject> PutAsync(string name, string text) =>
        Client.PutAsync(name, Bytes(text), WriteCondition.None, _none);

    protected static BucketBody Bytes(string text) => new(Encoding.UTF8.GetBytes(text));

    protected async Task<string> ReadAsync(string name, BucketRead read)
    {
        using var response = await Client.GetAsync(name, read, _none);
        return await TextAsync(response);
    }

    async Task<BucketReadOutcome> OutcomeAsync(string name, BucketRead read)
    {
        using var response = await Client.GetAsync(name, read, _none);
        return response.Outcome;
    }

    async Task<List<StoredObject>> ListAsync(string prefix, string? startAfter = null)
    {
        var all = new List<StoredObject>();
        await foreach (var listed in Client.ListAsync(prefix, startAfter, _none))
            all.Add(listed);
        return all;
    }

    static async Task<string> TextAsync(BucketResponse response)
    {
        using var reader = new StreamReader(response.Body, Encoding.UTF8);
        return await reader.ReadToEndAsync();
    }
}
