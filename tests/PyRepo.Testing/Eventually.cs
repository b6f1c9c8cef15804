using System.Diagnostics;

namespace PyRepo.Testing;

/// <summary>Waits for what comes by itself.</summary>
public static class Eventually
{
    static readonly TimeSpan _shortestPause = TimeSpan.FromMilliseconds(25);
    static readonly TimeSpan _longestPause = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long any test waits for what comes by itself: then it fails with a <see cref="TimeoutException"/>, and is not
    /// run once more.
    /// </summary>
    public static TimeSpan Deadline { get; } = TimeSpan.FromMinutes(2);

    /// <summary>Checks a condition until it holds, and returns how long that took.</summary>
    /// <param name="what">What the test waits for, for the message.</param>
    /// <param name="condition">The condition.</param>
    /// <param name="state">What the message shows besides.</param>
    public static Task<TimeSpan> IsAsync(string what, Func<Task<bool>> condition, Func<string>? state = null) =>
        IsAsync(what, condition, holds => holds, state);

    /// <summary>Reads a value until it is the expected one, and returns how long that took.</summary>
    /// <param name="what">What the test waits for, for the message.</param>
    /// <param name="expected">The expected value.</param>
    /// <param name="read">Reads the value.</param>
    public static Task<TimeSpan> IsAsync<T>(string what, T expected, Func<Task<T>> read) =>
        IsAsync(
            what, read, value => EqualityComparer<T>.Default.Equals(value, expected), () => $"Expected: {expected}");

    /// <summary>Reads a value until it satisfies a condition, and returns how long that took.</summary>
    /// <param name="what">What the test waits for, for the message, which also says which value was read last.</param>
    /// <param name="read">Reads the value.</param>
    /// <param name="condition">The condition.</param>
    /// <param name="state">What the message shows besides.</param>
    public static async Task<TimeSpan> IsAsync<T>(
        string what, Func<Task<T>> read, Func<T, bool> condition, Func<string>? state = null)
    {
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            var asked = Stopwatch.GetTimestamp();
            var value = await read().WaitAsync(Deadline);
            if (condition(value))
                return Stopwatch.GetElapsedTime(began);
            if (Stopwatch.GetElapsedTime(began) > Deadline)
                throw new TimeoutException($"Did not come: {what}. Seen last: {value}\n{state?.Invoke()}");
            await Task.Delay(PauseAfter(Stopwatch.GetElapsedTime(asked)));
        }
    }

    /// <summary>Who asks with a process such as kubectl must leave the CPU to what it waits for.</summary>
    static TimeSpan PauseAfter(TimeSpan read) =>
        TimeSpan.FromTicks(Math.Clamp(2 * read.Ticks, _shortestPause.Ticks, _longestPause.Ticks));
}
