using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Endpoints.Http;
using PyRepo.Server.Endpoints.Uploads;

namespace PyRepo.Server.Tests.Endpoints.Uploads;

public sealed class UploadRequestTests
{
    static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task Fields_before_and_after_the_file_are_read()
    {
        var request = GetRequest(
            new FormBody().Field("name", "foo").File("content", [1, 2, 3]).Field("version", "1.0"));
        var file = await request.ReadToFileAsync(None);
        Assert.Equal("foo-1.0-py3-none-any.whl", file!.Value.FileName);
        Assert.Equal(("foo", null), (request.Form.Name, request.Form.Version));
        Assert.Equal([1, 2, 3], await ReadAsync(file.Value));
        Assert.Null(await request.ReadToFileAsync(None));
        Assert.Equal(("foo", "1.0"), (request.Form.Name, request.Form.Version));
    }

    [Fact]
    public async Task An_unread_file_is_skipped()
    {
        var request = new UploadRequest(
            new FormBody().File("gpg_signature", new byte[200_000], "foo.asc").File("content", [1]).Field("name", "foo")
                .ToRequest(), Shares.Any());
        Assert.Equal("foo-1.0-py3-none-any.whl", (await request.ReadToFileAsync(None))!.Value.FileName);
        Assert.Null(await request.ReadToFileAsync(None));
        Assert.Equal("foo", request.Form.Name);
    }

    [Theory]
    [InlineData("form-data; name=\"content\"; filename=\"a b.whl\"", "a b.whl")]
    [InlineData("form-data; name=content; filename=a.whl", "a.whl")]
    [InlineData("form-data; filename=\"a.whl\"; name=\"content\"", "a.whl")]
    [InlineData("form-data; name=\"content\"; filename=\"a+b!1.whl\"", "a+b!1.whl")]
    [InlineData("form-data; name=\"content\"; filename=\"a\\\"b.whl\"", "a\"b.whl")]
    [InlineData("form-data; name=\"content\"; filename=\"x\"; filename*=UTF-8''%C3%BCber-1.0.zip", "über-1.0.zip")]
    [InlineData("form-data; name=\"content\"; filename*=utf-8''a%2Bb.whl", "a+b.whl")]
    [InlineData("form-data; name=\"content\"; filename=\"über-1.0.zip\"", "über-1.0.zip")]
    public async Task A_files_name_is_read_however_it_is_written(string disposition, string expected)
    {
        var request = GetRequest(new FormBody().Part($"Content-Disposition: {disposition}", "x"));
        var file = await request.ReadToFileAsync(None);
        Assert.Equal(expected, file!.Value.FileName);
        Assert.Equal("x"u8.ToArray(), await ReadAsync(file.Value));
    }

    [Theory]
    [InlineData("frontier", "multipart/form-data; boundary=frontier")]
    [InlineData("frontier", "Multipart/Form-Data; charset=utf-8; boundary=\"frontier\"")]
    [InlineData("a'b_c,d./:=?", "multipart/form-data; boundary=\"a'b_c,d./:=?\"")]
    public async Task A_boundary_may_be_quoted(string boundary, string contentType)
    {
        var request = new UploadRequest(
            new FormBody(boundary).Field("name", "foo").ToRequest(contentType: contentType), Shares.Any());
        Assert.Null(await request.ReadToFileAsync(None));
        Assert.Equal("foo", request.Form.Name);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/mixed; boundary=frontier")]
    [InlineData("multipart/form-data")]
    [InlineData("multipart/form-data; boundary=\"\"")]
    public void Another_kind_of_body_is_rejected(string? contentType) => Assert.Contains(
        "multipart/form-data",
        Assert.Throws<RejectedException>(
            () => new UploadRequest(FormBody.GetRequest(contentType, []), Shares.Any())).Message,
        StringComparison.Ordinal);

    [Fact]
    public void A_boundary_that_is_far_too_long_is_rejected() => Assert.Throws<RejectedException>(
        () => new UploadRequest(
            FormBody.GetRequest($"multipart/form-data; boundary={new string('x', 201)}", []), Shares.Any()));

    [Fact]
    public async Task A_form_that_is_truncated_anywhere_is_rejected()
    {
        var form = new FormBody().Field("name", "foo").Field("version", "1.0");
        for (var cut = 5; cut < form.ToArray().Length; cut++)
        {
            var request = new UploadRequest(form.ToRequest(cut), Shares.Any());
            var rejection = await Assert.ThrowsAsync<RejectedException>(() => request.ReadToFileAsync(None));
            Assert.Equal(400, ErrorResponse.From(rejection).Status);
        }
    }

    [Theory]
    [InlineData("Content-Type: text/plain")]
    [InlineData("Content-Disposition: ;;;")]
    [InlineData("no header at all")]
    public async Task A_part_without_a_valid_disposition_is_rejected(string headers)
    {
        var request = new UploadRequest(new FormBody().Part(headers, "x").ToRequest(), Shares.Any());
        var rejection = await Assert.ThrowsAsync<RejectedException>(() => request.ReadToFileAsync(None));
        Assert.Equal(400, ErrorResponse.From(rejection).Status);
    }

    [Fact]
    public async Task Thousands_of_small_fields_are_read_and_far_too_many_are_rejected()
    {
        var many = new FormBody();
        for (var i = 0; i < 20_000; i++)
            many.Field("classifiers", $"Topic :: {i}");
        Assert.Null(await new UploadRequest(many.ToRequest(), Shares.Any()).ReadToFileAsync(None));
        var tooMany = new UploadRequest(many.Field("one", "more").ToRequest(), Shares.Any());
        var rejection = await Assert.ThrowsAsync<RejectedException>(() => tooMany.ReadToFileAsync(None));
        Assert.Contains("more than 20000 fields", rejection.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fields_of_far_too_many_bytes_are_rejected()
    {
        var half = new string('x', 9 << 20);
        var request = GetRequest(new FormBody().Field("description", half).Field("keywords", half));
        var rejection = await Assert.ThrowsAsync<RejectedException>(() => request.ReadToFileAsync(None));
        Assert.Contains("more than 16 MiB", rejection.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_signature_counts_as_one_of_the_fields()
    {
        var request = new UploadRequest(
            new FormBody().Field("description", new string('x', 9 << 20))
                .File("gpg_signature", new byte[9 << 20], "foo.asc").ToRequest(), Shares.Any());
        var rejection = await Assert.ThrowsAsync<RejectedException>(() => request.ReadToFileAsync(None));
        Assert.Contains("more than 16 MiB", rejection.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(":action", 1)]
    [InlineData("protocol_version", 1)]
    [InlineData("names_from", 1)]
    [InlineData("filetype", 1)]
    [InlineData("name", 1)]
    [InlineData("version", 1)]
    [InlineData("sha256_digest", 1)]
    [InlineData("md5_digest", 1)]
    [InlineData("blake2_256_digest", 1)]
    [InlineData("upload_time", 1)]
    [InlineData("attestations", 1024)]
    [InlineData("provenance", 1088)]
    public async Task A_used_field_has_a_maximum_length(string field, int kibibytes)
    {
        var longest = GetRequest(field, kibibytes << 10, Shares.Any());
        Assert.Null(await longest.ReadToFileAsync(None));
        Assert.Equal(kibibytes << 10, longest.Form[UploadField.Find(field)!]!.Length);
        var longer = GetRequest(field, (kibibytes << 10) + 1, Shares.Any());
        var rejection = await Assert.ThrowsAsync<RejectedException>(() => longer.ReadToFileAsync(None));
        Assert.Equal($"The field '{field}' has more than {kibibytes} KiB.", rejection.Message);
    }

    [Theory]
    [InlineData("summary", 2048)]
    [InlineData("requires_python", 1000)]
    public async Task Excess_file_metadata_of_the_form_is_omitted(
        string field, int length)
    {
        var longest = GetRequest(field, length, Shares.Any());
        Assert.Null(await longest.ReadToFileAsync(None));
        Assert.Equal(length, longest.Form[UploadField.Find(field)!]!.Length);
        var longer = GetRequest(field, 100_000, Shares.Any());
        Assert.Null(await longer.ReadToFileAsync(None));
        Assert.Null(longer.Form[UploadField.Find(field)!]);
    }

    [Fact]
    public async Task All_kept_form_data_counts_toward_the_uploads_share_of_memory()
    {
        var memory = new UploadMemory(1 << 30, TimeProvider.System);
        using (var share = await Shares.From(memory, "alice"))
        {
            await GetRequest("summary", 2000, share).ReadToFileAsync(None);
            await GetRequest("description", 2 << 20, share).ReadToFileAsync(None);
            Assert.Equal(UploadShare.FirstLength, memory.Taken);
            await GetRequest("attestations", 1 << 20, share).ReadToFileAsync(None);
            Assert.Equal(UploadShare.FirstLength + (3 << 20), memory.Taken);
        }
        Assert.Equal(0, memory.Taken);
    }

    static UploadRequest GetRequest(FormBody form) => new(form.ToRequest(), Shares.Any());

    static UploadRequest GetRequest(string field, int length, UploadShare share) =>
        new(new FormBody().Field(field, new string('x', length)).ToRequest(), share);

    [Fact]
    public async Task A_second_value_of_a_field_is_discarded_however_long_it_is()
    {
        var request = new UploadRequest(
            new FormBody().Field("name", "foo").Field("name", new string('x', 1 << 20)).ToRequest(), Shares.Any());
        Assert.Null(await request.ReadToFileAsync(None));
        Assert.Equal("foo", request.Form.Name);
    }

    [Fact]
    public async Task A_form_without_any_part_has_nothing() =>
        Assert.Null(await new UploadRequest(new FormBody().ToRequest(), Shares.Any()).ReadToFileAsync(None));

    static async Task<byte[]> ReadAsync(FilePart file)
    {
        using var bytes = new MemoryStream();
        await file.Body.CopyToAsync(bytes);
        return bytes.ToArray();
    }
}
