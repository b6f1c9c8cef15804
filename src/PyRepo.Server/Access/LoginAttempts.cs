using System.Security.Cryptography;

namespace PyRepo.Server.Access;

/// <summary>
/// The recent attempts to log in as one user from one address. They run one after another, so that equal passwords in
/// concurrent requests are hashed once.
/// </summary>
sealed class LoginAttempts(LoginPair pair, TimeProvider clock)
{
    /// <summary>The number of different wrong passwords that may be tried in a row.</summary>
    const int MaxFailures = 3;

    /// <summary>After this time, another wrong password is hashed.</summary>
    static readonly TimeSpan _interval = TimeSpan.FromSeconds(5);

    /// <summary>How long a wrong password is remembered.</summary>
    static readonly TimeSpan _remembered = TimeSpan.FromMinutes(1);

    readonly Lock _lock = new();
    readonly List<(byte[] Proof, long At)> _wrong = [];
    FailureCount _failures;

    /// <summary>Who logs in, and from where.</summary>
    public LoginPair Pair => pair;

    /// <summary>Held while a password is hashed.</summary>
    public SemaphoreSlim Turn { get; } = new(1);

    /// <summary>The number of requests that are using this.</summary>
    public int Requests { get; set; }

    /// <summary>Whether an attempt failed recently.</summary>
    public bool HasFailed
    {
        get
        {
            lock (_lock)
                return _failures.Now(_interval, clock) > 0;
        }
    }

    /// <summary>
    /// Whether a password is wrong without computing its hash: it was wrong before, or too many others were.
    /// </summary>
    public bool IsRejected(byte[] proof)
    {
        lock (_lock)
        {
            Forget();
            return _failures.Now(_interval, clock) > MaxFailures - 1
                || _wrong.Exists(w => CryptographicOperations.FixedTimeEquals(w.Proof, proof));
        }
    }

    /// <summary>Remembers a wrong password.</summary>
    public void Fail(byte[] proof)
    {
        lock (_lock)
        {
            _failures = _failures.Add(_interval, clock);
            _wrong.Add((proof, clock.GetTimestamp()));
        }
    }

    /// <summary>Whether there is nothing to remember.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (_lock)
            {
                Forget();
                return _wrong.Count == 0 && _failures.Now(_interval, clock) <= 0;
            }
        }
    }

    void Forget() => _wrong.RemoveAll(w => clock.GetElapsedTime(w.At) >= _remembered);
}
