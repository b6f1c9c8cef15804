using System.Text;
using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Metadata;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Endpoints.Http;
using PyRepo.Server.Endpoints.Uploads;
using PyRepo.Server.Tests.Content.Records;

namespace PyRepo.Server.Tests.Endpoints.Uploads;

public sealed class UploadRulesTests
{
    const string Wheel = "foo-1.0-py3-none-any.whl";

    [Theory]
    [InlineData("foo", "1.0", "bdist_wheel", Wheel)]
    [InlineData("Foo", "1.0.0", "bdist_wheel", Wheel)]
    [InlineData("foo", "1", null, Wheel)]
    [InlineData("foo", "1.0", "sdist", "foo-1.0.tar.gz")]
    [InlineData("foo", "1.0", "sdist", "Foo-1.0.zip")]
    [InlineData("Foo.Bar", "1.0", "sdist", "foo_bar-1.0.tar.gz")]
    [InlineData("foo", "1.0+local.1", "bdist_wheel", "foo-1.0+local.1-py3-none-any.whl")]
    [InlineData("foo", "1!2.0", "sdist", "foo-1!2.0.tar.gz")]
    [InlineData("foo", "1.0", "bdist_egg", "foo-1.0-py2.7.egg")]
    public void A_consistent_upload_passes(string name, string version, string? type, string file)
    {
        UploadRules.CheckForm(GetContext(file, ("name", name), ("version", version), ("filetype", type)));
        UploadRules.CheckEarly(GetContext(file, ("name", name), ("version", version), ("filetype", type)));
    }

    [Theory]
    [InlineData(":action", null, "The field ':action' is missing")]
    [InlineData(":action", "upload", "':action' 'upload' is not known")]
    [InlineData("protocol_version", "2", "It must be '1'")]
    [InlineData("name", null, "The field 'name' is missing")]
    [InlineData("name", "foo!", "'foo!' is not a project name")]
    [InlineData("name", "-foo", "'-foo' is not a project name")]
    [InlineData("name", "fóo", "is not a project name")]
    [InlineData("name", "bar", "is of the project 'foo', but the form says 'bar'")]
    [InlineData("version", null, "The field 'version' is missing")]
    [InlineData("version", "2004d", "'2004d' is not a version that PEP 440 allows")]
    [InlineData("version", "2.0", "is of version 1.0, but the form says '2.0'")]
    [InlineData("filetype", "bdist_rocket", "'filetype' 'bdist_rocket' is not known")]
    [InlineData("filetype", "sdist", "is a bdist_wheel, but the form says 'sdist'")]
    public void An_invalid_field_is_named(string field, string? value, string message) =>
        AssertRejected(400, message, () => UploadRules.CheckForm(GetContext(Wheel, (field, value))));

    [Fact]
    public void A_name_a_version_and_a_file_name_have_a_longest_length()
    {
        var name = new string('a', 201);
        AssertRejected(400, "name has more than 200", () => UploadRules.CheckEarly(GetContext(Wheel, ("name", name))));
        AssertRejected(
            400, "version has more than 200",
            () => UploadRules.CheckEarly(GetContext(Wheel, ("version", "1." + new string('1', 200)))));
        AssertRejected(
            400, "file's name has more than 255",
            () => UploadRules.CheckEarly(GetContext($"foo-1.0-py3-none-{name}{name}.whl", ("name", "foo"))));
    }

    [Theory]
    [InlineData("submit")]
    [InlineData("submit_pkg_info")]
    [InlineData("doc_upload")]
    public void An_action_that_PyPI_once_accepted_is_rejected_as_obsolete(string action) =>
        AssertRejected(
            410, "is no longer supported", () => UploadRules.CheckForm(GetContext(Wheel, (":action", action))));

    [Theory]
    [InlineData(null, "The file part 'content' is missing")]
    [InlineData("", "is not a file name")]
    [InlineData("../foo-1.0.tar.gz", "'../foo-1.0.tar.gz' is not a file name")]
    [InlineData("a/foo-1.0.tar.gz", "is not a file name")]
    [InlineData("C:\\foo-1.0.tar.gz", "is not a file name")]
    [InlineData(".foo-1.0.tar.gz", "is not a file name")]
    [InlineData("foo-1.0\n.tar.gz", "'foo-1.0?.tar.gz' is not a file name")]
    [InlineData("foo.whl", "is not the name of a wheel or a source distribution of 'foo'")]
    [InlineData("bar-1.0.tar.gz", "is of the project 'bar', but the form says 'foo'")]
    [InlineData("foo-2004d.tar.gz", "has a version that PEP 440 does not allow: '2004d'")]
    [InlineData("foo-1.0.txt", "")]
    [InlineData("foo", "")]
    public void A_file_name_that_does_not_match_is_rejected(string? fileName, string message) =>
        AssertRejected(400, message, () => UploadRules.CheckForm(GetContext(fileName, ("filetype", null))));

    [Theory]
    [InlineData("foo-1.0.tar.bz2", "sdist", "Build a .tar.gz.")]
    [InlineData("foo-1.0.tar.xz", "sdist", "Build a .tar.gz.")]
    [InlineData("foo-1.0.tar", "sdist", "Build a .tar.gz.")]
    [InlineData("foo-1.0.tgz", "sdist", "Build a .tar.gz.")]
    [InlineData("foo-1.0.linux-x86_64.tar.gz", "bdist_dumb", "bdist_dumb are not accepted")]
    [InlineData("foo-1.0.win32.zip", "sdist", "bdist_dumb are not accepted")]
    [InlineData("foo-1.0.win32.zip", null, "bdist_dumb are not accepted")]
    public void A_format_that_PyPI_rejects_is_rejected_before_its_content(string file, string? type, string message)
    {
        AssertRejected(400, message, () => UploadRules.CheckEarly(GetContext(file, ("filetype", type))));
        AssertRejected(400, message, () => UploadRules.CheckForm(GetContext(file, ("filetype", type))));
    }

    [Theory]
    [InlineData("foo-1.0-py3-none-a\u202eny.whl", "'foo-1.0-py3-none-a?ny.whl' is not a file name.")]
    [InlineData("foo-1.0-py3-none-a\u200bny.whl", "'foo-1.0-py3-none-a?ny.whl' is not a file name.")]
    [InlineData("foo-1.0-py3-none-\uff41ny.whl", "The character U+FF41")]
    [InlineData("foo-1.0-py3-n\u043ene-any.whl", "The character U+043E")]
    [InlineData("foo-1.0-p\u00e9-none-any.whl", "The character U+00E9")]
    [InlineData("foo-1.0-pe\u0301-none-any.whl", "The character U+0301")]
    [InlineData("foo-1.0-py3-none-any\U0001d4d0.whl", "The character U+1D4D0")]
    [InlineData("foo-1.0-py3-none-any+x.whl", "The character U+002B cannot be in a tag of a wheel")]
    [InlineData("foo-1.0-1\u00e9-py3-none-any.whl", "The character U+00E9")]
    [InlineData("foo-1.0-1!-py3-none-any.whl", "The character U+0021 cannot be in a tag of a wheel")]
    [InlineData("foo-1.0\u2003-py3-none-any.whl", "The character U+2003")]
    [InlineData("foo-1.0 .tar.gz", "The character U+0020")]
    [InlineData("foo-1.0\u2003.tar.gz", "The character U+2003")]
    [InlineData("foo-1.0-py2.7-lin\u0443x.egg", "The character U+0443")]
    public void A_file_name_that_looks_like_another_one_is_rejected(string fileName, string message) =>
        AssertRejected(400, message, () => UploadRules.CheckEarly(GetContext(fileName, ("filetype", null))));

    [Fact]
    public void A_project_with_dashes_in_its_name_is_not_mistaken_for_a_shorter_one() => AssertRejected(
        400, "is of version", () => UploadRules.CheckForm(
            GetContext("foo-2-1.0.tar.gz", ("name", "foo-2"), ("version", "2.0"), ("filetype", "sdist"))));

    [Fact]
    public void The_early_check_judges_only_known_inputs()
    {
        UploadRules.CheckEarly(new UploadContext { Form = new UploadForm() });
        UploadRules.CheckEarly(GetContext(Wheel, (":action", null), ("version", null), ("name", null)));
        AssertRejected(400, "is not a file name", () => UploadRules.CheckEarly(GetContext("a/b", ("name", null))));
        AssertRejected(400, "but the form says", () => UploadRules.CheckEarly(GetContext(Wheel, ("version", "2.0"))));
    }

    [Theory]
    [InlineData("sha256_digest", "SHA-256")]
    [InlineData("md5_digest", "MD5")]
    [InlineData("blake2_256_digest", "BLAKE2b-256")]
    public void A_wrong_digest_is_rejected_and_both_digests_are_shown(string field, string algorithm)
    {
        var context = GetContentContext((field, "abc"));
        AssertRejected(400, $"The {algorithm} of the file is", () => UploadRules.CheckContent(context));
        AssertRejected(400, "the form says 'abc'", () => UploadRules.CheckContent(context));
    }

    [Fact]
    public void Right_digests_pass_in_any_case_and_none_is_needed()
    {
        UploadRules.CheckContent(GetContentContext());
        var digests = GetContentContext().Digests!;
        foreach (var upper in (bool[])[true, false])
        {
            string In(string hex) => upper ? hex.ToUpperInvariant() : hex;
            UploadRules.CheckContent(GetContentContext(
                ("sha256_digest", In(digests.Sha256.ToString())), ("md5_digest", In(digests.Md5!)),
                ("blake2_256_digest", In(digests.Blake2b256!))));
        }
    }

    [Theory]
    [InlineData("Name: foo\nVersion: 1.0", null)]
    [InlineData("Name: FOO\nVersion: 1.0.0", null)]
    [InlineData("Name: bar\nVersion: 1.0", "names the project 'bar', not 'foo'")]
    [InlineData("Version: 1.0", "names the project '', not 'foo'")]
    [InlineData("Name: foo\nVersion: 2.0", "has the version '2.0', not 1.0")]
    [InlineData("Name: foo", "has the version '', not 1.0")]
    [InlineData("Name: foo\nVersion: 2004d", "has the version '2004d'")]
    public void The_archives_own_metadata_must_name_the_same_release(string metadata, string? message)
    {
        var context = GetContentContext() with
        {
            Metadata = CoreMetadata.Parse(Encoding.UTF8.GetBytes(metadata + "\n")),
        };
        if (message is null)
            UploadRules.CheckContent(context);
        else
            AssertRejected(400, message, () => UploadRules.CheckContent(context));
    }

    static UploadContext GetContext(string? fileName, params (string Field, string? Value)[] changed)
    {
        var fields = new Dictionary<string, string?>
        {
            [":action"] = "file_upload",
            ["protocol_version"] = "1",
            ["name"] = "foo",
            ["version"] = "1.0",
            ["filetype"] = "bdist_wheel",
        };
        foreach (var (field, value) in changed)
            fields[field] = value;
        var form = new UploadForm();
        foreach (var (field, value) in fields)
            form.Add(UploadField.Find(field)!, value ?? "");
        return new UploadContext
        {
            Form = form,
            FileName = fileName,
            Distribution = fileName is not null && ProjectName.TryParse(form.Name, out var project)
                && DistributionFileName.TryParse(fileName, project, out var file) ? file : null,
        };
    }

    static UploadContext GetContentContext(params (string Field, string? Value)[] changed)
    {
        var digests = new UploadDigests(md5: true, blake2b256: true);
        digests.Append("bytes"u8);
        digests.Complete();
        Assert.Equal(Events.GetHash("bytes"), digests.Sha256);
        return GetContext(Wheel, changed) with { Digests = digests };
    }

    static void AssertRejected(int status, string message, Action check)
    {
        var rejection = Assert.Throws<RejectedException>(check);
        Assert.Equal(status, ErrorResponse.From(rejection).Status);
        Assert.Contains(message, rejection.Message, StringComparison.Ordinal);
    }
}
