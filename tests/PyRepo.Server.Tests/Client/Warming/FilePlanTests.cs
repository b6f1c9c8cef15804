using PyRepo.Client.LockFiles;
using PyRepo.Client.Warming;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Simple;

namespace PyRepo.Server.Tests.Client.Warming;

public sealed class FilePlanTests
{
    static readonly ProjectName _foo = ProjectName.Parse("foo");

    static readonly ProjectDetail _page = new()
    {
        Name = "foo",
        Files =
        [
            File("foo-1.0-py3-none-any.whl", 'a'), File("foo-1.0.tar.gz", 'b'), File("foo-1.0.1.tar.gz", 'c'),
            File("foo-2.0.tar.gz", null), File("foo-2.0-py3-none-any.whl", null),
        ],
    };

    [Fact]
    public void A_file_is_wanted_by_its_name()
    {
        var plan = GetPlan(new LockEntry.File(_foo, "foo-1.0.tar.gz", Hash('b'), 7));
        var wanted = Assert.Single(plan.Files);
        Assert.Equal(("foo-1.0.tar.gz", Hash('b')), (wanted.FileName, wanted.Hash));
        Assert.Equal([5L, 7L], wanted.Sizes);
        Assert.Empty(plan.Problems);
    }

    [Fact]
    public void A_hash_that_the_lock_file_does_not_have_is_taken_from_the_page() =>
        Assert.Equal(
            Hash('b'), Assert.Single(GetPlan(new LockEntry.File(_foo, "foo-1.0.tar.gz", null, null)).Files).Hash);

    [Fact]
    public void A_file_that_two_lock_files_name_is_fetched_once() => Assert.Single(GetPlan(
        new LockEntry.File(_foo, "foo-1.0.tar.gz", Hash('b'), null),
        new LockEntry.File(_foo, "foo-1.0.tar.gz", Hash('b'), 5),
        new LockEntry.Release(_foo, "1.0", [Hash('b')])).Files);

    [Fact]
    public void A_missing_file_and_another_hash_on_the_page_are_problems_and_nothing_is_fetched()
    {
        var plan = GetPlan(
            new LockEntry.File(_foo, "foo-3.0.tar.gz", Hash('d'), null),
            new LockEntry.File(_foo, "foo-1.0.tar.gz", Hash('e'), null));
        Assert.Empty(plan.Files);
        Assert.Equal(
            [
                $"foo-3.0.tar.gz (foo): it is missing: the index has no such file. The locked hash is {Hash('d')}.",
                $"foo-1.0.tar.gz (foo): it has another hash: {Hash('b')} in the index, {Hash('e')} in the lock file.",
            ],
            plan.Problems.Select(problem => problem.ToString()));
    }

    [Theory]
    [InlineData("1.0")]
    [InlineData("1")]
    [InlineData("1.0.0")]
    public void A_version_without_hashes_wants_all_its_files_in_any_spelling(string version) => Assert.Equal(
        ["foo-1.0-py3-none-any.whl", "foo-1.0.tar.gz"],
        GetPlan(new LockEntry.Release(_foo, version, [])).Files.Select(file => file.FileName));

    [Fact]
    public void Hashes_want_the_files_that_have_them_and_are_missing_otherwise()
    {
        var plan = GetPlan(new LockEntry.Release(_foo, "1.0", [Hash('b'), Hash('d')]));
        Assert.Equal("foo-1.0.tar.gz", Assert.Single(plan.Files).FileName);
        Assert.Empty(plan.Problems);
        Assert.Equal(
            $"foo==1.0 (foo): the file with the locked {Hash('d')} is missing. "
            + $"The index has foo-1.0-py3-none-any.whl with {Hash('a')}.",
            Assert.Single(Assert.Single(plan.Releases).Problems()).ToString());
    }

    [Fact]
    public void If_the_page_has_no_hashes_all_files_of_the_version_are_read_to_find_the_locked_one()
    {
        var plan = GetPlan(new LockEntry.Release(_foo, "2.0", [Hash('d'), Hash('e')]));
        Assert.Equal(2, plan.Files.Count());
        var release = Assert.Single(plan.Releases);
        Assert.All(plan.Files, file => Assert.Same(release, Assert.Single(file.Releases)));
        Assert.True(release.Find(Hash('d')));
        Assert.False(release.Find(Hash('f')));
        Assert.Contains(Hash('e').ToString(), Assert.Single(release.Problems()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_files_of_a_project_unknown_to_the_index_are_missing()
    {
        var plan = new FilePlan(_foo, null);
        plan.Add(new LockEntry.File(_foo, "foo-1.0.tar.gz", null, null));
        plan.Add(new LockEntry.Release(_foo, "1.0", []));
        Assert.All(
            plan.Problems, each => Assert.Contains("no such project", each.Message, StringComparison.Ordinal));
        Assert.Equal(2, plan.Problems.Count);
    }

    static FilePlan GetPlan(params LockEntry[] entries)
    {
        var plan = new FilePlan(_foo, _page);
        foreach (var entry in entries)
            plan.Add(entry);
        return plan;
    }

    static LockedHash Hash(char digit) => new("sha256", new string(digit, 64));

    static PageFile File(string name, char? digit) => new()
    {
        FileName = name,
        Url = $"https://example.com/files/{name}",
        Size = 5,
        Hashes = digit is { } known ? default(FileHashes).With("sha256", new string(known, 64)) : default,
    };
}
