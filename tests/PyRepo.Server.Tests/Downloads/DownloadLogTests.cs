using PyRepo.Downloads;
using PyRepo.Packaging.Names;
using PyRepo.Storage;
using PyRepo.Testing;
using static PyRepo.Server.Tests.Downloads.LogFolder;

namespace PyRepo.Server.Tests.Downloads;

public sealed class DownloadLogTests : IDisposable
{
    readonly LogFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_download_is_a_line_of_JSON_that_any_program_decompresses()
    {
        var log = _folder.Start();
        log.Record(Own, Download("evil-1.0-py3-none-any.whl", new(CallerKind.ServiceAccount)
        {
            Name = "builder",
            Namespace = "ci",
            Pod = "build-7",
            Node = "node-3",
            Token = "abc123",
        }));
        await log.WriteAsync(default);
        var key = Assert.Single(await _folder.KeysAsync());
        Assert.Matches(@"^downloads/team-a/2026-03-01/0\.0-[0-9a-f]{32}\.jsonl\.zst$", key);
        string[] members =
        [
            """ "project":"evil" """, """ "version":"1.0" """, """ "file":"evil-1.0-py3-none-any.whl" """,
            """ "time":"2026-03-01T12:00:00.000Z" """, $""" "sha256":"{Sha256}" """, """ "asked":"all" """,
            """ "served":"team-a" """, """ "caller":"ServiceAccount" """, """ "name":"builder" """,
            """ "namespace":"ci" """, """ "pod":"build-7" """, """ "node":"node-3" """, """ "token":"abc123" """,
            """ "installer":"pip" """, """ "python":"3.11" """,
        ];
        Assert.Equal(
            $$"""{{{string.Join(',', members.Select(member => member.Trim()))}}}""" + "\n",
            await _folder.ReadAsync(key));
    }

    [Fact]
    public async Task The_downloads_of_a_caller_are_one_row_with_the_first_and_the_last_time()
    {
        var log = _folder.Start();
        Record(log, times: 2);
        await log.WriteAsync(default);
        _folder.Clock.Advance(TimeSpan.FromDays(3));
        Record(log);
        Record(log, user: "bob");
        Record(log, "other-1.0.tar.gz");
        var found = await log.FindAsync(_folder.Query(), default);
        Assert.Equal(
            [
                "alice 3 2026-03-01T12:00:00.000Z 2026-03-04T12:00:00.000Z",
                "bob 1 2026-03-04T12:00:00.000Z 2026-03-04T12:00:00.000Z",
            ],
            found!.Rows.Select(row => $"{row.Name} {row.Downloads} {row.First} {row.Last}"));
        Assert.True(found.IsComplete);
        Assert.Equal(0, found.Lost);
    }

    [Fact]
    public async Task A_download_is_written_after_five_seconds_and_many_at_once()
    {
        var log = _folder.Start();
        await log.WriteIfDueAsync(default);
        Record(log);
        await log.WriteIfDueAsync(default);
        Assert.Empty(await _folder.KeysAsync());
        _folder.Clock.Advance(TimeSpan.FromSeconds(5));
        await log.WriteIfDueAsync(default);
        Assert.Single(await _folder.KeysAsync());
        Record(log, times: 8192);
        await log.WriteIfDueAsync(default);
        Assert.Equal(2, (await _folder.KeysAsync()).Length);
    }

    [Fact]
    public async Task Another_process_and_another_replica_see_what_was_written()
    {
        var (first, second) = (_folder.Start("a"), _folder.Start("b"));
        Record(first);
        await first.WriteAsync(default);
        Record(second, times: 2);
        await second.WriteAsync(default);
        Assert.Equal(["evil-1.0-py3-none-any.whl alice 3"], await _folder.RowsAsync(_folder.Start("c")));
    }

    [Fact]
    public async Task Versions_and_hashes_are_told_apart()
    {
        var log = _folder.Start();
        Record(log, "evil-1.0-py3-none-any.whl");
        Record(log, "evil-1.0.0.tar.gz");
        Record(log, "evil-2.0.tar.gz");
        Record(log, "evil-not-a-version.zip");
        async Task<int> CountAsync(string? version, string? sha256) =>
            (await log.FindAsync(_folder.Query(version: version, sha256: sha256), default))!.Rows.Count;
        Assert.Equal(4, await CountAsync(null, null));
        Assert.Equal(2, await CountAsync("1.0.0", null));
        Assert.Equal(1, await CountAsync("2", null));
        Assert.Equal(4, await CountAsync(null, Sha256));
        Assert.Equal(0, await CountAsync(null, new string('b', 64)));
    }

    [Fact]
    public async Task Names_that_look_like_the_format_are_only_names()
    {
        var log = _folder.Start();
        string[] names =
        [
            "\",\"time\":\"2000-01-01T00:00:00.000Z\"", "a\nb\r\n", "{\"project\":\"evil\",", "\u202e\0é\ud800",
            new('x', 5000), "=cmd|' /C calc'!A0",
        ];
        foreach (var name in names)
            Record(log, user: name);
        Record(log, user: "alice");
        var found = await log.FindAsync(_folder.Query(), default);
        Assert.Equal(names.Length + 1, found!.Rows.Count);
        Assert.All(found.Rows, row => Assert.Equal(("2026-03-01T12:00:00.000Z", 1), (row.First, row.Downloads)));
        Assert.All(found.Rows, row => Assert.True(row.Name!.Length <= DownloadLimits.MaxTextLength));
        Assert.Contains(names[0], found.Rows.Select(row => row.Name));
    }

    [Fact]
    public async Task A_project_whose_name_begins_another_ones_is_not_mixed_up_with_it()
    {
        var log = _folder.Start();
        foreach (var project in (string[])["a", "ab", "a-b", "b"])
        {
            log.Record(Own, new Download(ProjectName.Parse(project), "x.zip", User(project))
            {
                Asked = "x",
                Served = "x",
            });
        }
        await log.WriteAsync(default);
        foreach (var project in (string[])["a", "ab", "a-b", "b"])
            Assert.Equal([$"x.zip {project} 1"], await _folder.RowsAsync(log, project));
        Assert.Empty(await _folder.RowsAsync(log, "c"));
    }

    [Fact]
    public async Task Large_files_have_frames_of_which_only_those_of_the_project_are_read()
    {
        var log = _folder.Start();
        for (var i = 0; i < 8000; i++)
            Record(log, $"p{i % 40}-1.0.tar.gz", user: $"user-{i}");
        await log.WriteAsync(default);
        var key = Assert.Single(await _folder.KeysAsync());
        await using var file = (await DownloadFile.OpenAsync(_folder.Store, key, default))!;
        Assert.True(file.Index.Frames.Length > 4);
        Assert.Equal((40, 8000), (file.Index.Releases.Length, file.Index.Count));
        var (_, frames) = file.Index.FindFrames("p7").GetOffsetAndLength(file.Index.Frames.Length);
        Assert.InRange(frames, 1, 2);
        for (var i = 0; i < 40; i++)
            Assert.Equal(200, (await _folder.RowsAsync(log, $"p{i}")).Length);
    }

    [Fact]
    public async Task A_store_that_takes_nothing_loses_no_download_until_too_many_wait()
    {
        var store = new RefusingStore(_folder.Store) { Refuses = true };
        var log = _folder.Start(store: store);
        Record(log, times: 3);
        await Assert.ThrowsAsync<IOException>(() => log.WriteAsync(default));
        Record(log, times: DownloadLimits.MaxQueued + 7);
        await Assert.ThrowsAsync<IOException>(() => log.WriteAsync(default));
        Assert.Equal(10, log.Lost);
        store.Refuses = false;
        var found = await log.FindAsync(_folder.Query(), default);
        Assert.Equal((DownloadLimits.MaxQueued, 10L), (found!.Rows.Sum(row => row.Downloads), found.Lost));
        Record(log);
        found = await log.FindAsync(_folder.Query(), default);
        Assert.Equal(DownloadLimits.MaxQueued + 1, found!.Rows.Sum(row => row.Downloads));
    }

    [Fact]
    public async Task A_write_whose_answer_was_lost_is_not_written_twice()
    {
        var store = new RefusingStore(_folder.Store) { LosesAnswers = true };
        var log = _folder.Start(store: store);
        Record(log);
        await Assert.ThrowsAsync<IOException>(() => log.WriteAsync(default));
        store.LosesAnswers = false;
        Assert.Equal(["evil-1.0-py3-none-any.whl alice 1"], await _folder.RowsAsync(log));
    }

    [Fact]
    public async Task A_damaged_file_makes_the_answer_incomplete_and_hides_no_other()
    {
        var log = _folder.Start();
        Record(log);
        await log.WriteAsync(default);
        var key = Assert.Single(await _folder.KeysAsync());
        Record(log, user: "bob");
        await log.WriteAsync(default);
        await using (var content = await _folder.Store.OpenAsync(key, default))
        {
            var bytes = await content!.ReadAllAsync(default);
            for (var at = 0; at < bytes.Length; at += 7)
            {
                var changed = (byte[])bytes.Clone();
                changed[at] ^= 0x55;
                await WriteAsync(key, changed);
                var found = await _folder.Start().FindAsync(_folder.Query(), default);
                var names = found!.Rows.Select(row => row.Name).ToList();
                Assert.Contains("bob", names);
                Assert.True(names.Contains("alice") || !found.IsComplete, $"Byte {at} was changed.");
            }
            await WriteAsync(key, bytes[..(bytes.Length / 2)]);
            Assert.False((await log.FindAsync(_folder.Query(), default))!.IsComplete);
            await WriteAsync(key, []);
            Assert.False((await log.FindAsync(_folder.Query(), default))!.IsComplete);
        }
    }

    [Fact]
    public async Task Callers_beyond_a_number_are_counted_and_strangers_take_nobodys_place()
    {
        var log = _folder.Start();
        for (var i = 0; i < DownloadLimits.MaxRows + 5; i++)
            Record(log, user: $"user-{i}");
        for (var i = 0; i < DownloadLimits.MaxUnknownRows + 7; i++)
        {
            log.Record(Own, Download("evil-1.0.tar.gz", DownloadCaller.Anonymous) with { Python = $"3.{i}" });
            log.Record(Own, Download("evil-2.0.tar.gz", DownloadCaller.Anonymous) with { Python = $"3.{i}" });
        }
        var found = await log.FindAsync(_folder.Query(version: "1.0"), default);
        Assert.Equal((DownloadLimits.MaxRows + DownloadLimits.MaxUnknownRows, 12L), (found!.Rows.Count, found.LeftOut));
        Assert.Equal(DownloadLimits.MaxRows, found.Rows.Count(row => row.Caller is CallerKind.User));
    }

    [Fact]
    public async Task A_version_means_its_local_builds_and_files_whose_version_is_not_known()
    {
        var log = _folder.Start();
        foreach (var file in (string[])["evil-1.0.tar.gz", "evil-1.0+cpu.tar.gz", "evil-1.0.1.tar.gz", "evil"])
            Record(log, file);
        async Task<string[]> FilesAsync(string version) =>
        [
            .. (await log.FindAsync(_folder.Query(version: version), default))!.Rows
                .Select(row => row.File).Order(StringComparer.Ordinal),
        ];
        Assert.Equal(["evil", "evil-1.0+cpu.tar.gz", "evil-1.0.tar.gz"], await FilesAsync("1.0"));
        Assert.Equal(["evil", "evil-1.0+cpu.tar.gz"], await FilesAsync("1.0+cpu"));
    }

    [Fact]
    public async Task An_identity_is_erased_by_its_subject_and_a_token_by_its_id_but_no_namesake()
    {
        var log = _folder.Start();
        Record(log, user: "alice");
        log.Record(Own, Download("evil-1.0.tar.gz", new(CallerKind.Identity) { Name = "github:repo:acme/lib:main" }));
        log.Record(Own, Download("evil-1.0.tar.gz", new(CallerKind.Token) { Name = "alice", Token = "tok1" }));
        Assert.Equal(1, await log.ForgetAsync("repo:acme/lib:main", default));
        Assert.Equal(1, await log.ForgetAsync("alice", default));
        Assert.Equal(1, await log.ForgetAsync("tok1", default));
        Assert.Equal(0, await log.ForgetAsync("acme/lib:main", default));
        Assert.Equal(0, await log.ForgetAsync($"{new string('x', DownloadLimits.MaxTextLength + 9)}/y", default));
    }

    [Fact]
    public async Task A_caller_is_erased_and_the_downloads_stay()
    {
        var log = _folder.Start();
        Record(log, times: 2);
        Record(log, user: "alice2");
        Record(log, user: "bob", owner: Group);
        log.Record(Group, Download("evil-1.0.tar.gz", new(CallerKind.ServiceAccount)
        {
            Name = "alice",
            Namespace = "ci",
            Pod = "pod-1",
            Node = "node-1",
            Token = "t1",
        }));
        await log.WriteAsync(default);
        Record(log, owner: Group);
        Assert.Equal(3, await log.ForgetAsync("alice", default));
        Assert.Equal(0, await log.ForgetAsync("alice", default));
        var found = await log.FindAsync(_folder.Query(), default);
        Assert.Equal(
            ["Forgotten  3", "ServiceAccount alice 1", "User alice2 1", "User bob 1"],
            found!.Rows.Select(row => $"{row.Caller} {row.Name} {row.Downloads}").Order(StringComparer.Ordinal));
        Assert.Equal(1, await log.ForgetAsync("ci/alice", default));
        Assert.DoesNotContain(
            "pod-1", string.Concat(await Task.WhenAll((await _folder.KeysAsync()).Select(_folder.ReadAsync))));
    }

    async Task WriteAsync(string key, byte[] bytes)
    {
        await using var staged = await ((IStore)_folder.Store).StageAsync(bytes.Length, default);
        await staged.AppendAsync(bytes, default);
        await _folder.Store.CommitAsync(staged, key, WriteCondition.None, default);
    }

    /// <summary>A store that writes nothing, or writes and then fails.</summary>
    sealed class RefusingStore(IStore inner) : DelegatingStore(inner)
    {
        public bool Refuses { get; set; }

        public bool LosesAnswers { get; set; }

        public override async ValueTask<StoredObject> CommitAsync(
            StagedObject staged, string key, WriteCondition condition, CancellationToken cancellationToken)
        {
            if (Refuses)
                throw new IOException("The disk is gone.");
            var stored = await base.CommitAsync(staged, key, condition, cancellationToken);
            return LosesAnswers ? throw new IOException("The answer was lost.") : stored;
        }
    }
}
