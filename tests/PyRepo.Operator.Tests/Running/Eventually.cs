using System.Diagnostics;

namespace PyRepo.Operator.Tests.Running;

/// <summary>Waits for what comes by itself.</summary>
static class Eventually
{
    static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(50);

    /// <summary>What never comes fails the test, some minutes later.</summary>
    static readonly TimeSpan _never = TimeSpan.FromMinutes(2);

    /// <summary>Asks again and again until the answer is yes, and tells how long that took.</summary>
    /// <param name="what">What is waited for, for the message.</param>
    /// <param name="question">The question.</param>
    /// <param name="state">What is shown when it never comes.</param>
    public static async Task<TimeSpan> IsAsync(string what, Func<Task<bool>> question, Func<string>? state = null)
    {
        var began = Stopwatch.GetTimestamp();
        while (!await question())
        {
            if (Stopwatch.GetElapsedTime(began) > _never)
                throw new TimeoutException($"Did not come: {what}.\n{state?.Invoke()}");
            await Task.Delay(_pause);
        }
        return Stopwatch.GetElapsedTime(began);
    }
}
