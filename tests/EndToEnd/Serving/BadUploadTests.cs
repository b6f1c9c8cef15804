using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace EndToEnd.Serving;

/// <summary>What can't be taken is refused with a sentence, and leaves nothing behind.</summary>
public sealed class BadUploadTests(BadUploadsServer fixture) : IClassFixture<BadUploadsServer>
{
    static readonly TestWheel _wheel = TestWheel.Create("demo", "1.0");
    PyRepoServer Server => fixture.Server;

    [Theory]
    [InlineData("sha256_digest", 64, "SHA-256")]
    [InlineData("md5_digest", 32, "MD5")]
    [InlineData("blake2_256_digest", 64, "BLAKE2b-256")]
    public async Task A_wrong_digest_is_rejected(string field, int length, string algorithm)
    {
        var form = UploadParts.From(_wheel).Without(field);
        var wrong = new string('0', length);
        form = new UploadParts(form.Parts.Insert(0, new FormPart(field, Encoding.ASCII.GetBytes(wrong))));
        (await RefuseAsync(form)).MustBe(HttpStatusCode.BadRequest, algorithm, wrong);
    }

    [Theory]
    [InlineData("sha256_digest", 64, "SHA-256")]
    [InlineData("md5_digest", 32, "MD5")]
    [InlineData("blake2_256_digest", 64, "BLAKE2b-256")]
    public async Task A_wrong_digest_that_comes_after_the_content_is_rejected(
        string field, int length, string algorithm)
    {
        var form = UploadParts.From(_wheel).Without(field).Add(field, new string('0', length));
        (await RefuseAsync(form)).MustBe(HttpStatusCode.BadRequest, algorithm);
    }

    [Theory]
    [InlineData("sha256_digest", "not a digest")]
    [InlineData("md5_digest", "é")]
    public async Task An_invalid_digest_is_rejected(string field, string digest)
    {
        var form = UploadParts.From(_wheel).Without(field).Add(field, digest);
        (await RefuseAsync(form)).MustBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Right_digests_in_upper_case_and_after_the_content_are_accepted()
    {
        var wheel = TestWheel.Create("digests", "1.0");
        using var md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        md5.AppendData(wheel.Bytes);
        var form = UploadParts.From(wheel).With("sha256_digest", wheel.Sha256.ToUpperInvariant()).FileFirst()
            .Add("md5_digest", Convert.ToHexString(md5.GetHashAndReset()));
        using var answer = await TwineForm.SendAsync(Server, "team", form.ToContent());
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task A_wheel_whose_METADATA_names_another_project_is_rejected() =>
        (await RefuseAsync(UploadParts.From(TestWheel.Create("demo", "1.0", metadataName: "other"))))
            .MustBe(HttpStatusCode.BadRequest, "'other'", "'demo'");

    [Fact]
    public async Task A_wheel_whose_METADATA_says_another_version_is_rejected() =>
        (await RefuseAsync(UploadParts.From(TestWheel.Create("demo", "1.0", metadataVersion: "2.0"))))
            .MustBe(HttpStatusCode.BadRequest, "'2.0'", "1.0");

    [Fact]
    public async Task A_form_that_names_another_project_than_the_file_is_rejected() =>
        (await RefuseAsync(UploadParts.From(_wheel).With("name", "other")))
            .MustBe(HttpStatusCode.BadRequest, "'demo'", "'other'");

    [Fact]
    public async Task A_form_that_says_another_version_than_the_file_is_rejected() =>
        (await RefuseAsync(UploadParts.From(_wheel).With("version", "1.1")))
            .MustBe(HttpStatusCode.BadRequest, "1.0", "'1.1'");

    [Fact]
    public async Task A_form_whose_wrong_name_comes_after_the_content_is_rejected() =>
        (await RefuseAsync(UploadParts.From(_wheel).With("name", "other").FileFirst()))
            .MustBe(HttpStatusCode.BadRequest, "'other'");

    [Theory]
    [InlineData("de mo")]
    [InlineData("-demo")]
    [InlineData("дemo")]
    [InlineData("../demo")]
    public async Task A_name_that_no_project_can_have_is_rejected(string name)
    {
        using var answer = await TwineForm.SendAsync(
            Server, "team", UploadParts.From(_wheel).With("name", name).ToContent());
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("is not a project name", answer.ReasonPhrase, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_invalid_version_is_rejected() =>
        (await RefuseAsync(UploadParts.From(_wheel).With("version", "one")))
            .MustBe(HttpStatusCode.BadRequest, "'one'", "PEP 440");

    [Fact]
    public async Task A_file_that_is_not_a_ZIP_is_rejected() =>
        (await RefuseAsync(GetWheel("no zip, but long enough to hold an end of central directory"u8.ToArray())))
            .MustBe(HttpStatusCode.BadRequest, "ZIP");

    [Fact]
    public async Task An_empty_file_is_rejected() =>
        (await RefuseAsync(GetWheel([]))).MustBe(HttpStatusCode.BadRequest);

    [Fact]
    public async Task A_truncated_ZIP_is_rejected() =>
        (await RefuseAsync(GetWheel(_wheel.Bytes[..^40]))).MustBe(HttpStatusCode.BadRequest, "ZIP");

    [Fact]
    public async Task Foreign_bytes_after_the_ZIP_are_rejected() =>
        (await RefuseAsync(GetWheel([.. _wheel.Bytes, .. "more"u8])))
            .MustBe(HttpStatusCode.BadRequest, "after the ZIP");

    [Fact]
    public async Task Foreign_bytes_before_the_ZIP_are_rejected() =>
        (await RefuseAsync(GetWheel([.. "#!/bin/sh\n"u8, .. _wheel.Bytes])))
            .MustBe(HttpStatusCode.BadRequest, "before");

    [Fact]
    public async Task A_ZIP_bomb_is_rejected()
    {
        using var bytes = new MemoryStream(_wheel.Bytes.Length);
        bytes.Write(_wheel.Bytes);
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Update, leaveOpen: true))
        {
            using var bomb = zip.CreateEntry("demo/bomb", CompressionLevel.Fastest).Open();
            bomb.Write(new byte[100 << 20]);
        }
        (await RefuseAsync(GetWheel(bytes.ToArray()))).MustBe(HttpStatusCode.BadRequest, "inflate");
    }

    [Theory]
    [InlineData("../../x.whl")]
    [InlineData("..\\\\..\\\\x.whl")]
    [InlineData("%2e%2e%2fdemo-1.0-py3-none-any.whl")]
    [InlineData("/etc/cron.d/demo-1.0-py3-none-any.whl")]
    [InlineData("..")]
    [InlineData(".demo-1.0-py3-none-any.whl")]
    [InlineData("")]
    [InlineData("demo-1.0-py3-none-any.whl\0.txt")]
    public async Task A_file_name_that_leads_elsewhere_is_rejected(string fileName)
    {
        (await RefuseAsync(UploadParts.From(_wheel).WithFileName(fileName))).MustBe(HttpStatusCode.BadRequest);
        (await RefuseAsync(UploadParts.From(_wheel).WithFileName(fileName).FileFirst()))
            .MustBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_file_name_that_leads_elsewhere_in_the_extended_notation_is_rejected() =>
        (await RefuseAsync(UploadParts.From(_wheel).WithFileName("x\"; filename*=\"UTF-8''..%2F..%2Fx.whl")))
            .MustBe(HttpStatusCode.BadRequest);

    [Theory]
    [InlineData("content")]
    [InlineData("name")]
    [InlineData("version")]
    [InlineData(":action")]
    public async Task A_form_that_lacks_a_required_field_is_rejected(string field)
    {
        (await RefuseAsync(UploadParts.From(_wheel).Without(field)))
            .MustBe(HttpStatusCode.BadRequest, $"'{field}'", "missing");
        (await RefuseAsync(UploadParts.From(_wheel).FileFirst().Without(field)))
            .MustBe(HttpStatusCode.BadRequest, $"'{field}'");
    }

    [Fact]
    public async Task The_other_actions_of_old_setuptools_are_gone()
    {
        foreach (var action in (string[])["submit", "submit_pkg_info", "doc_upload"])
            (await RefuseAsync(UploadParts.From(_wheel).With(":action", action))).MustBe(HttpStatusCode.Gone, action);
    }

    [Fact]
    public async Task An_unknown_action_is_rejected() =>
        (await RefuseAsync(UploadParts.From(_wheel).With(":action", "explode")))
            .MustBe(HttpStatusCode.BadRequest, "'explode'");

    [Fact]
    public async Task An_unknown_type_of_file_is_rejected()
    {
        (await RefuseAsync(UploadParts.From(_wheel).With("filetype", "bdist_zebra")))
            .MustBe(HttpStatusCode.BadRequest, "'bdist_zebra'");
        (await RefuseAsync(UploadParts.From(_wheel).With("filetype", "sdist")))
            .MustBe(HttpStatusCode.BadRequest, "'sdist'");
    }

    [Fact]
    public async Task A_form_with_two_files_is_rejected()
    {
        var form = UploadParts.From(_wheel);
        (await RefuseAsync(form.AddFile("content", _wheel.FileName, _wheel.Bytes)))
            .MustBe(HttpStatusCode.BadRequest, "more than one");
        (await RefuseAsync(form.AddFile("payload", _wheel.FileName, _wheel.Bytes)))
            .MustBe(HttpStatusCode.BadRequest, "'payload'");
    }

    [Fact]
    public async Task A_form_of_thirty_thousand_fields_is_rejected()
    {
        var fields = Enumerable.Repeat(new FormPart("classifiers", "Topic :: Utilities"u8.ToArray()), 30_000);
        var form = new UploadParts([.. fields, .. UploadParts.From(_wheel).Parts]);
        (await RefuseAsync(form)).MustBe(HttpStatusCode.BadRequest, "fields");
    }

    [Fact]
    public async Task A_file_above_the_repositorys_limit_is_rejected()
    {
        var wheel = TestWheel.Create("large", "1.0", payload: (1 << 20) + 1);
        (await RefuseAsync(UploadParts.From(wheel), "small")).MustBe(HttpStatusCode.RequestEntityTooLarge, "1Mi");
    }

    [Fact]
    public async Task A_body_that_is_not_a_form_is_rejected()
    {
        using var request = Request("team/legacy/", new StringContent("{}"));
        request.Headers.Authorization = TwineForm.Publisher(Server, "team");
        using var answer = await Server.Http.SendAsync(request);
        (await Rejection.ReadAsync(answer)).MustBe(HttpStatusCode.BadRequest, "multipart/form-data");
    }

    [Fact]
    public async Task A_form_that_ends_too_early_is_rejected()
    {
        var before = FolderTree.From(Server.Data);
        var body = UploadParts.From(_wheel).ToArray();
        using var content = new ByteArrayContent(body[..^60]);
        content.Headers.TryAddWithoutValidation("Content-Type", UploadParts.ContentType);
        using var request = Request("team/legacy/", content);
        request.Headers.Authorization = TwineForm.Publisher(Server, "team");
        using var answer = await Server.Http.SendAsync(request);
        (await Rejection.ReadAsync(answer)).MustBe(HttpStatusCode.BadRequest, "cut off");
        Assert.Equal(before, FolderTree.From(Server.Data));
    }

    [Fact]
    public async Task An_upload_to_a_missing_repository_is_rejected()
    {
        foreach (var path in (string[])["nowhere/", "nowhere/legacy/", "team/elsewhere/"])
        {
            using var answer = await Server.Http.SendAsync(Request(path, UploadParts.From(_wheel).ToContent()));
            (await Rejection.ReadAsync(answer)).MustBe(HttpStatusCode.NotFound, path.TrimEnd('/'));
        }
    }

    [Fact]
    public async Task An_upload_to_the_index_is_rejected_with_the_upload_URL()
    {
        using var answer = await Server.Http.SendAsync(Request("team/simple/", UploadParts.From(_wheel).ToContent()));
        (await Rejection.ReadAsync(answer)).MustBe(
            HttpStatusCode.MethodNotAllowed, "POST", $"Upload to {Server.GetUrl("team")} instead");
        Assert.Equal(["GET", "HEAD"], answer.Content.Headers.Allow);
    }

    [Fact]
    public async Task A_GET_of_the_upload_URL_says_to_POST()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Server.GetUrl("team"), "legacy/"));
        request.Headers.TryAddWithoutValidation("Accept", Rejection.UvAccept);
        using var answer = await Server.Http.SendAsync(request);
        (await Rejection.ReadAsync(answer)).MustBe(HttpStatusCode.MethodNotAllowed, "POST");
        Assert.Equal(["POST"], answer.Content.Headers.Allow);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("publisher:wrong")]
    [InlineData("nobody:wrong")]
    [InlineData("no colon")]
    public async Task An_upload_without_the_right_password_is_rejected(string? credentials)
    {
        var before = FolderTree.From(Server.Data);
        using var request = Request("team/legacy/", UploadParts.From(_wheel).ToContent());
        if (credentials is not null)
            request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials)));
        using var answer = await Server.Http.SendAsync(request);
        (await Rejection.ReadAsync(answer)).MustBe(HttpStatusCode.Unauthorized);
        Assert.Contains("Basic", answer.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        Assert.Equal(before, FolderTree.From(Server.Data));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_cut_off_leaves_nothing_behind(bool reset)
    {
        var before = FolderTree.From(Server.Data);
        var body = UploadParts.From(TestWheel.Create("cut", "1.0", payload: 3 << 20)).ToArray();
        await using (var connection = await RawConnection.OpenAsync(Server))
        {
            await connection.SendUploadHeadAsync(Server, "team", body.Length);
            await connection.SendAsync(body.AsMemory(0, 2 << 20));
            await Eventually.IsAsync(
                "the upload is staged",
                () => Task.FromResult(FolderTree.Staged(Server.GetFolder("team")).Any(f => f.Length > 1 << 20)));
            if (reset)
                connection.Reset();
        }
        await Eventually.IsAsync(
            "nothing is left", () => Task.FromResult(FolderTree.From(Server.Data).SequenceEqual(before)));
        Assert.Null(await ProjectPage.ReadAsync(Server, "team", "cut"));
    }

    static UploadParts GetWheel(byte[] bytes) => UploadParts.From(new TestWheel("demo", "1.0", bytes));

    async Task<Rejection> RefuseAsync(UploadParts form, string repository = "team")
    {
        var before = FolderTree.From(Server.Data);
        var rejection = await Rejection.OfAsync(Server, repository, form);
        Assert.Equal(before, FolderTree.From(Server.Data));
        Assert.Empty(FolderTree.Staged(Server.GetFolder(repository)));
        return rejection;
    }

    HttpRequestMessage Request(string path, HttpContent content)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Server.Url, path)) { Content = content };
        request.Headers.TryAddWithoutValidation("Accept", Rejection.UvAccept);
        return request;
    }
}
