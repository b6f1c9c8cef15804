namespace EndToEnd.Crashes.PowerCuts;

public sealed class SystemCallTraceTests
{
    [Fact]
    public void A_descriptor_that_another_thread_gets_before_its_close_returns_stays_open()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("trace", """
            1 openat(AT_FDCWD, "\x2f\x61", O_RDONLY) = 7
            1 close(7 <unfinished ...>
            2 openat(AT_FDCWD, "\x2f\x62", O_RDONLY) = 7
            1 <... close resumed>)              = 0
            2 fsync(7 <unfinished ...>
            1 close(8)                          = 0
            2 <... fsync resumed>)              = 0
            2 +++ exited with 0 +++

            """);
        Assert.Equal(
            ["openat", "close 7", "openat", "close 8", "fsync 7"],
            SystemCallTrace.Read(file).Select(call =>
                call.Name == "openat" ? call.Name : $"{call.Name} {call.Descriptor}"));
    }

    [Fact]
    public void A_folder_that_another_thread_makes_anew_before_its_removal_returns_is_there()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("trace", """
            1 rmdir("\x2f\x61" <unfinished ...>
            2 mkdir("\x2f\x61", 0777)           = 0
            1 <... rmdir resumed>)              = 0
            2 mkdir("\x2f\x61\x2f\x62", 0777)   = 0
            2 +++ exited with 0 +++

            """);
        Assert.Equal(["rmdir", "mkdir", "mkdir"], SystemCallTrace.Read(file).Select(call => call.Name));
    }
}
