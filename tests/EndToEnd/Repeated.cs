using System.Diagnostics;

namespace EndToEnd;

/// <summary>Waits for what comes by itself.</summary>
public static class Repeated
{
    static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(25);

    /// <summary>What never comes fails the test, some minutes later.</summary>
    static readonly TimeSpan _never = TimeSpan.FromMinutes(2);

    /// <summary>Asks again and again until the answer is yes.</summary>
    /// <param name="what">What is waited for, for the message.</param>
    /// <param name="question">The question.</param>
    public static async Task UntilAsync(string what, Func<Task<bool>> question)
    {
        var began = Stopwatch.GetTimestamp();
        while (!await question())
        {
            if (Stopwatch.GetElapsedTime(began) > _never)
                throw new TimeoutException($"Did not come: {what}.");
            await Task.Delay(_pause);
        }
    }
}
