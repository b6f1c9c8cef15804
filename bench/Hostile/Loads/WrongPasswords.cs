using System.Net;
using Bench.Hostile.Clients;

namespace Bench.Hostile.Loads;

/// <summary>Guessers of passwords at thirty addresses, while people log in for the first time.</summary>
sealed class WrongPasswords : HostileLoad
{
    const int Guessers = 30;
    const string Page = "/locked/simple/";

    public override string Name => "wrong-passwords";

    public override string Title => "30 addresses that guess passwords (bcrypt 10 and 12), while 20 users log in";

    public override async Task<string> RunAsync(LoadContext context, CancellationToken deadline)
    {
        var guesses = new Tally();
        using var done = CancellationTokenSource.CreateLinkedTokenSource(deadline);
        var guessing = Enumerable.Range(0, Guessers).Select(n => GuessAsync(context, n, guesses, done.Token)).ToArray();
        var logins = await LogInAsync(context, done.Token);
        await done.CancelAsync();
        await Task.WhenAll(guessing);
        return $"guesses: {guesses}; logins: {logins}";
    }

    static async Task GuessAsync(LoadContext context, int guesser, Tally tally, CancellationToken deadline)
    {
        var address = new IPAddress([127, 0, 1, (byte)(guesser + 1)]);
        using var client = new RequestClient(context.Server.Packages, context.Time, from: address);
        var user = guesser % 2 == 0 ? "cost10" : "cost12";
        try
        {
            for (var n = 0; ; n++)
            {
                await context.Pace.WaitAsync(deadline);
                var guess = await client.GetAsync(Page, deadline, $"{user}:{context.Round}-{guesser}-{n}");
                tally.Add(guess.What);
                // A guesser who is refused without a look may as well wait.
                if (guess.Time < TimeSpan.FromMilliseconds(10))
                    await Task.Delay(TimeSpan.FromMilliseconds(50), deadline);
            }
        }
        catch (OperationCanceledException)
        {
            // The time is over.
        }
    }

    static async Task<HonestReport> LogInAsync(LoadContext context, CancellationToken deadline)
    {
        var report = new HonestReport();
        using var client = context.Anonymous(keepsConnections: false);
        try
        {
            for (var n = 0; n < ServerUnderTest.Users; n++)
            {
                await Task.Delay(context.Time / (ServerUnderTest.Users + 5), deadline);
                var login = $"user-{n}:{ServerUnderTest.Password}";
                report.Add("login", await client.GetAsync(Page, deadline, login));
            }
        }
        catch (OperationCanceledException)
        {
            // The time is over.
        }
        return report;
    }
}
