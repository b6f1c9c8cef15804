using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace EndToEnd.Crashes.DiskFaults;

/// <summary>
/// Lets system calls of a program succeed or fail, by the user notifications of seccomp(2). Unlike strace, it counts the
/// calls of all threads together.
/// </summary>
public sealed partial class SystemCallSupervisor : IAsyncDisposable
{
    const uint Receive = 0xC0502100, Send = 0xC0182101; // SECCOMP_IOCTL_NOTIF_RECV, _SEND
    const uint Continue = 1; // SECCOMP_USER_NOTIF_FLAG_CONTINUE
    const short Readable = 1;
    const int PidfdOpen = 434, PidfdGetfd = 438;
    readonly Lock _lock = new();
    readonly List<SupervisedCall> _matched = [];
    readonly List<SupervisedCall> _failed = [];
    readonly string _file;
    readonly Task _supervising;
    volatile bool _isStopping;
    DiskFault? _fault;

    /// <param name="folder">Where it may write a file.</param>
    public SystemCallSupervisor(TemporaryFolder folder)
    {
        _file = folder.At("supervised");
        _supervising = Task.Factory.StartNew(
            Supervise, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>What comes before the command of the program.</summary>
    public IReadOnlyList<string> Command =>
        ["/usr/bin/python3", Path.Combine(AppContext.BaseDirectory, "Crashes", "DiskFaults", "supervise.py"), _file];

    /// <summary>Lets calls fail from now on.</summary>
    public void Begin(DiskFault fault)
    {
        lock (_lock)
        {
            _matched.Clear();
            _failed.Clear();
            _fault = fault;
        }
    }

    /// <summary>Lets no call fail any more. Returns those that could have failed, and those that did.</summary>
    public (IReadOnlyList<SupervisedCall> Matched, IReadOnlyList<SupervisedCall> Failed) End()
    {
        lock (_lock)
        {
            _fault = null;
            return ([.. _matched], [.. _failed]);
        }
    }

    /// <summary>
    /// Whether this process may take descriptors from others: the profiles of some containers refuse that.
    /// </summary>
    public static bool IsAllowed { get; } =
        SystemCall(PidfdOpen, Environment.ProcessId, 0, 0) is var self and >= 0
        && Take(self, 0) is { IsInvalid: false };

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _isStopping = true;
        await _supervising;
    }

    void Supervise()
    {
        if (WaitForListener() is not { } listener)
            return;
        using (listener)
        {
            while (!_isStopping)
            {
                var waiting = new PollEntry { Descriptor = (int)listener.DangerousGetHandle(), Events = Readable };
                if (Poll(ref waiting, 1, 100) <= 0)
                    continue;
                if ((waiting.Returned & Readable) == 0)
                    return; // The program has ended.
                var notification = default(Notification);
                if (Control(listener, Receive, ref notification) != 0)
                    continue;
                var answer = new Answer { Id = notification.Id, Flags = Continue };
                if (Decide(notification) is var error and > 0)
                    (answer.Flags, answer.Error) = (0, -error);
                _ = Control(listener, Send, ref answer);
            }
        }
    }

    SafeFileHandle? WaitForListener()
    {
        while (!_isStopping)
        {
            if (File.Exists(_file) && File.ReadAllText(_file) is { } text && text.EndsWith('\n'))
            {
                var numbers = text.Split(' ');
                var listener = Take(SystemCall(PidfdOpen, Number(numbers[0]), 0, 0), Number(numbers[1]));
                return listener.IsInvalid
                    ? throw new InvalidOperationException("The listener of the program cannot be taken.") : listener;
            }
            Thread.Sleep(5);
        }
        return null;

        static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
    }

    static SafeFileHandle Take(long process, long descriptor) =>
        new((nint)SystemCall(PidfdGetfd, process, descriptor, 0), true);

    /// <summary>Returns the error of a call, or 0 if it is made.</summary>
    int Decide(in Notification notification)
    {
        if (Volatile.Read(ref _fault) is null
            || !SupervisedCall.Known.TryGetValue(notification.Call, out var known)
            || GetPath(notification, known.Argument, known.IsPath) is not { } path)
        {
            return 0;
        }
        var call = new SupervisedCall(known.Name, path);
        lock (_lock)
        {
            if (_fault is not { } fault || !fault.Matches(call))
                return 0;
            _matched.Add(call);
            if (fault.IsForGood ? _matched.Count <= fault.Skip : _matched.Count != fault.Skip + 1)
                return 0;
            _failed.Add(call);
            return fault.Error;
        }
    }

    static string? GetPath(in Notification notification, int argument, bool isPath)
    {
        var value = argument == 0 ? notification.First : notification.Second;
        try
        {
            return isPath
                ? ReadText(notification.Thread, (long)value)
                : File.ResolveLinkTarget($"/proc/{notification.Thread}/fd/{value}", returnFinalTarget: false)?.FullName;
        }
        catch (IOException)
        {
            return null; // The thread is gone, or the descriptor is no file.
        }
    }

    static string ReadText(uint thread, long address)
    {
        using var memory = File.OpenHandle($"/proc/{thread}/mem");
        var bytes = new byte[512];
        var read = RandomAccess.Read(memory, bytes, address);
        var length = bytes.AsSpan(0, read).IndexOf((byte)0);
        return Encoding.UTF8.GetString(bytes, 0, Math.Max(length, 0));
    }

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(SafeFileHandle listener, nuint request, ref Notification notification);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(SafeFileHandle listener, nuint request, ref Answer answer);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(ref PollEntry entry, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial long SystemCall(long number, long first, long second, long third);

    [StructLayout(LayoutKind.Sequential)]
    struct PollEntry
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }

    /// <summary><c>struct seccomp_notif</c></summary>
    [StructLayout(LayoutKind.Explicit, Size = 80)]
    struct Notification
    {
        [FieldOffset(0)] public ulong Id;
        [FieldOffset(8)] public uint Thread;
        [FieldOffset(16)] public int Call;
        [FieldOffset(32)] public ulong First;
        [FieldOffset(40)] public ulong Second;
    }

    /// <summary><c>struct seccomp_notif_resp</c></summary>
    [StructLayout(LayoutKind.Explicit, Size = 24)]
    struct Answer
    {
        [FieldOffset(0)] public ulong Id;
        [FieldOffset(16)] public int Error;
        [FieldOffset(20)] public uint Flags;
    }
}
