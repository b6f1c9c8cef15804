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

    readonly Lock _lock = new();
    FailureCount _failures;

    /// <summary>The user who logs in, and the address.</summary>
    public LoginPair Pair => pair;

    /// <summary>Held while a password is hashed.</summary>
    public SemaphoreSlim Turn { get; } = new(1);

    /// <summary>The number of requests that are using this.</summary>
    public int Requests { get; set; }

    /// <summary>The recent failures.</summary>
    public double Failures
    {
        get
        {
            lock (_lock)
                return _failures.Now(_interval, clock);
        }
    }

    /// <summary>Whether an attempt failed recently.</summary>
    public bool HasFailed => Failures > 0;

    /// <summary>
    /// How long other passwords are rejected without computing their hash, because too many were wrong; null if they
    /// are not.
    /// </summary>
    public TimeSpan? Wait
    {
        get
        {
            var excess = Failures - (MaxFailures - 1);
            return excess > 0 ? excess * _interval : null;
        }
    }

    /// <summary>Counts a wrong password.</summary>
    public void Fail()
    {
        lock (_lock)
            _failures = _failures.Add(_interval, clock);
    }
}

/// <summary>A user who logs in, and the address.</summary>
/// <param name="Users">The users of one Secret.</param>
/// <param name="User">The user's name, which may be unknown.</param>
/// <param name="Address">The client's address.</param>
readonly record struct LoginPair(UserStore Users, string User, string Address)
{
    /// <summary>Whether the Secret has the user.</summary>
    public bool Exists => Users.Passwords.ContainsKey(User);

    /// <summary>The user, apart from those of the same name in other Secrets.</summary>
    public LoginUser Account => new(Users.Secret, User);
}

/// <summary>A user of one Secret. One of the same name in another Secret is somebody else.</summary>
/// <param name="Secret">The Secret, as <see cref="UserStore.Secret"/> names it.</param>
/// <param name="Name">The user's name, which may be unknown.</param>
readonly record struct LoginUser(string Secret, string Name);
