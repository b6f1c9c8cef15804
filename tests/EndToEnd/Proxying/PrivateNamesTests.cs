using System.Net;

namespace EndToEnd.Proxying;

/// <summary>
/// Whatever happens to the servers and indexes of a group, in whatever order, nobody gets a public project under a
/// private name.
/// </summary>
public sealed class PrivateNamesTests(ITestOutputHelper output)
{
    const int Steps = 24;
    const int QuestionsPerStep = 4;

    /// <summary>What the company's index answers for everything; null: as it should.</summary>
    static readonly Reply?[] _moods =
    [
        null, Replies.Status(403), Replies.Status(404), Replies.Status(401), Replies.Status(500), Replies.Drop,
        Replies.Silence, null,
    ];

    [Theory]
    [InlineData(true, 1)]
    [InlineData(true, 2)]
    [InlineData(false, 3)]
    [InlineData(false, 4)]
    public async Task A_private_name_is_never_answered_with_a_public_file(bool isInOneProcess, int seed)
    {
        await using var world = await PrivateNamesWorld.StartAsync(isInOneProcess);
        var random = new Random(seed);
        Answer(world.Company, null);
        var (isPrivate, pending) = (new List<string>(), new List<string>());
        var isTeamUp = true;
        var companys = new List<string> { "company-1", "company-2" };
        await Eventually.IsAsync("the company's names are shown", async () =>
        {
            await NoteAsync(world, companys, isPrivate);
            return companys.Count == 0;
        });
        for (var step = 0; step < Steps; step++)
        {
            var name = $"name-{step}";
            switch (random.Next(isInOneProcess ? 8 : 11))
            {
                case 0 when isTeamUp && await world.TryUploadAsync(TestWheel.Create(name, "1.0")):
                    pending.Add(name);
                    output.WriteLine($"{step}: {name} is uploaded");
                    break;
                case 7 when isTeamUp && await world.TryUploadToGroupAsync(TestWheel.Create(name, "1.0")):
                    pending.Add(name);
                    isPrivate.Add(name); // at once, for the group has seen it
                    output.WriteLine($"{step}: {name} is uploaded to the group");
                    break;
                case 1:
                    world.Put(TestWheel.Create(name, "1.0"));
                    pending.Add(name);
                    output.WriteLine($"{step}: {name} is put into the folder");
                    break;
                case 2:
                    var wheel = TestWheel.Create(name, "1.0");
                    world.Put(wheel with { Bytes = wheel.Bytes[..^40] });
                    pending.Add(name);
                    output.WriteLine($"{step}: {name} is put into the folder, cut off");
                    break;
                case 3:
                    isTeamUp = await KillOrStartAsync(world, isTeamUp, isInOneProcess);
                    output.WriteLine($"{step}: the team's server {(isTeamUp ? "was started" : "was killed")}");
                    break;
                case 4 or 5:
                    var mood = random.Next(_moods.Length);
                    Answer(world.Company, _moods[mood]);
                    output.WriteLine($"{step}: the company's index is in mood {mood}");
                    break;
                case > 7:
                    output.WriteLine($"{step}: the team's address {Redirect(world, random.Next(8))}");
                    break;
                default:
                    world.Reconfigure();
                    output.WriteLine($"{step}: the group is changed");
                    break;
            }
            await NoteAsync(world, pending, isPrivate);
            for (var question = 0; question < QuestionsPerStep && isPrivate.Count > 0; question++)
            {
                var asked = isPrivate[random.Next(isPrivate.Count)];
                if (await world.AskAsync(asked, random.Next(PrivateNamesWorld.Ways)) is { } answer)
                    Assert.False(PrivateNamesWorld.IsEvil(answer), $"{step}: {answer}");
            }
        }
        if (!isTeamUp)
            await world.Team.StartAgainAsync();
        world.Front?.LeadTo(world.Team.Url);
        Answer(world.Company, null);
        await Eventually.IsAsync("each file in the folder has its name", async () =>
        {
            await NoteAsync(world, pending, isPrivate);
            return pending.Count == 0;
        }, () => string.Join(' ', pending));
        // The world's other projects are there, so that the group did not just refuse everything.
        await Eventually.IsAsync("other names are the world's", HttpStatusCode.OK,
            async () => (await world.AskAsync("requests", way: 0))!.Status);
    }

    /// <summary>
    /// Notes the names that the group has shown as private: from now on they are. Those that wait may be unavailable.
    /// </summary>
    static async Task NoteAsync(PrivateNamesWorld world, List<string> names, List<string> isPrivate)
    {
        foreach (var name in names.ToList())
        {
            if (await world.AskAsync(name, way: 0) is not { Status: HttpStatusCode.OK } page
                || PrivateNamesWorld.IsEvil(page))
            {
                continue;
            }
            isPrivate.Add(name);
            names.Remove(name);
        }
    }

    static async Task<bool> KillOrStartAsync(PrivateNamesWorld world, bool isUp, bool isInOneProcess)
    {
        if (isUp)
            await world.Team.KillAsync();
        // What one process serves is asked while it starts.
        if (isUp && !isInOneProcess)
            return false;
        await world.Team.LaunchAsync();
        return true;
    }

    static void Answer(ScriptedUpstream company, Reply? mood)
    {
        company.Otherwise = mood ?? Replies.Status(404);
        foreach (var name in (string[])["company-1", "company-2"])
        {
            company.AtPage(
                name, mood ?? new ScriptedPage(name, ScriptedFile.Wheel(name.Replace('-', '_'), "1.0")).AsJson());
        }
        company.At("/simple/", mood ?? Replies.Text("<html><a href=company-1/>company-1</a></html>", "text/html"));
    }

    /// <summary>Changes what is at the address where the group expects the team's server.</summary>
    static string Redirect(PrivateNamesWorld world, int to)
    {
        var front = world.Front!;
        switch (to)
        {
            case 0:
                front.LeadTo(world.PublicServer);
                return "leads to the public index's server";
            case 1:
                front.LeadTo(world.CompanyServer);
                return "leads to the company's server";
            case 2 or 3:
                front.Answer("200 OK", MemberFront.EmptyList);
                return "is that of an empty index";
            case 4:
                front.Answer("404 Not Found");
                return "is that of a server with nothing";
            case 5:
                front.Refuse();
                return "refuses connections";
            default:
                front.LeadTo(world.Team.Url);
                return "is its own again";
        }
    }
}
