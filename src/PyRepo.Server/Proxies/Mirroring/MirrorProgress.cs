using System.Collections.Immutable;

namespace PyRepo.Server.Proxies.Mirroring;

/// <summary>How far a mirror is. It may be read at any time.</summary>
sealed class MirrorProgress
{
    const int MaxMessages = 5;

    readonly Lock _lock = new();
    ImmutableArray<string> _messages = [];

    /// <summary>The projects of the current pass, or of the last one.</summary>
    public int ProjectsTotal { get; private set; }

    /// <summary>Those of them that are complete.</summary>
    public int ProjectsDone { get; private set; }

    /// <summary>The files that were fetched since the mirror started.</summary>
    public long FilesFetched { get; private set; }

    /// <summary>The bytes that were fetched since the mirror started.</summary>
    public long BytesFetched { get; private set; }

    /// <summary>The number of failures in the current or last pass.</summary>
    public long FailureCount { get; private set; }

    /// <summary>The first of these failures, and what else users should know, in a sentence each.</summary>
    public ImmutableArray<string> Messages => _messages;

    /// <summary>When everything was last mirrored, or null if it never was.</summary>
    public DateTimeOffset? LastSync { get; set; }

    /// <summary>Whether a pass is running.</summary>
    public bool IsRunning { get; private set; }

    /// <summary>How many passes have ended.</summary>
    public long Passes { get; private set; }

    /// <summary>How long the last of them took.</summary>
    public TimeSpan LastPass { get; private set; }

    /// <summary>The files for which there was no room in the current or last pass.</summary>
    public long NotFitting { get; private set; }

    /// <summary>Begins a pass.</summary>
    public void Begin()
    {
        lock (_lock)
        {
            (FailureCount, NotFitting, IsRunning) = (0, 0, true);
            _messages = [];
        }
    }

    /// <summary>Notes how many projects there are, and how many of them are complete.</summary>
    public void Count(int total, int done)
    {
        lock (_lock)
            (ProjectsTotal, ProjectsDone) = (total, done);
    }

    /// <summary>Ends a pass.</summary>
    /// <param name="duration">How long it took.</param>
    public void End(TimeSpan duration)
    {
        lock (_lock)
        {
            (IsRunning, LastPass) = (false, duration);
            Passes++;
        }
    }

    /// <summary>Notes that a project is complete.</summary>
    public void AddProject()
    {
        lock (_lock)
            ProjectsDone++;
    }

    /// <summary>Notes that a file was fetched.</summary>
    public void AddFile(long bytes)
    {
        lock (_lock)
            (FilesFetched, BytesFetched) = (FilesFetched + 1, BytesFetched + bytes);
    }

    /// <summary>Notes what users should know, although it is no failure.</summary>
    public void AddNote(string message)
    {
        lock (_lock)
        {
            if (_messages.Length < MaxMessages)
                _messages = _messages.Add(message);
        }
    }

    /// <summary>Notes that there was no room for a file.</summary>
    public void AddNotFitting()
    {
        lock (_lock)
            NotFitting++;
    }

    /// <summary>Notes that something could not be mirrored.</summary>
    public void AddFailure(string message)
    {
        lock (_lock)
        {
            FailureCount++;
            if (_messages.Length < MaxMessages)
                _messages = _messages.Add(message);
        }
    }
}
