namespace EndToEnd.Browser;

/// <summary>How, and as whom, somebody looks at a page.</summary>
public sealed record View
{
    /// <summary>The width of a small phone.</summary>
    const int NarrowWidth = 360;

    const int WideWidth = 1280;

    /// <summary>Whether the system of the reader prefers dark colors.</summary>
    public bool IsDark { get; init; }

    /// <summary>Whether the screen is that of a phone.</summary>
    public bool IsNarrow { get; init; }

    /// <summary>Whether the browser runs scripts.</summary>
    public bool HasScripts { get; init; } = true;

    /// <summary>The user who has signed in to the page's repository, or null if nobody has.</summary>
    public string? User { get; init; }

    /// <summary>The password of <see cref="User"/>.</summary>
    public string? Password { get; init; }

    /// <summary>The statuses with which the server may refuse what the test does. Chromium complains of them.</summary>
    public IReadOnlyList<int> Refusals { get; init; } = [];

    /// <summary>The width of the screen.</summary>
    public int Width => IsNarrow ? NarrowWidth : WideWidth;

    /// <summary>A name for screenshots: <c>dark-narrow</c>.</summary>
    public string Name => (IsDark ? "dark" : "light") + (IsNarrow ? "-narrow" : "") + (HasScripts ? "" : "-noscript");
}
