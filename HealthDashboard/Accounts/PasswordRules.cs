using System.Text;
using HealthDashboard.Data.Model;
using Microsoft.AspNetCore.Identity;

namespace HealthDashboard.Accounts;

/// <summary>
/// Refuses what is guessed first [NIST SP 800-63B, 5.1.1.2]: the user name, common passwords with whatever digits and signs around them and
/// in place of their letters, two such words in a row, and runs of keys. Length is checked by Identity.
/// </summary>
internal sealed class PasswordRules : IPasswordValidator<AccountUser>
{
    /// <summary>The shortest password.</summary>
    public const int Shortest = 10;

    private const int FewCharacters = 5;
    private const int ShortestName = 4;
    private const int ShortestRun = 4;
    private const int ShortestRest = 5;

    private static readonly string[] Runs =
        ["abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "qwertzuiop", "asdfghjkl", "zxcvbnm", "yxcvbnm", "azertyuiop", "1qaz2wsx3edc4rfv5tgb6yhn7ujm"];

    public Task<IdentityResult> ValidateAsync(UserManager<AccountUser> manager, AccountUser user, string? password) =>
        Task.FromResult(WhatIsWrong(user.Account, password ?? "") is { } wrong
            ? IdentityResult.Failed(new IdentityError { Code = "PasswordIsCommon", Description = wrong })
            : IdentityResult.Success);

    /// <summary>What is wrong with the password, for the person who chose it; null when nothing is.</summary>
    public static string? WhatIsWrong(Account account, string password)
    {
        var lower = password.Normalize(NormalizationForm.FormKC).ToLowerInvariant();
        var name = account.UserName.ToLowerInvariant();
        if (name.Length >= ShortestName && lower.Contains(name, StringComparison.Ordinal))
            return "The password has the user name in it. Choose another.";
        if (lower.Distinct().Count() < FewCharacters || WithoutRuns(lower).Length < ShortestRest)
            return "The password is a row of the same or neighbouring keys, which is guessed first. Choose another.";
        var own = account.DisplayName.ToLowerInvariant().Split(' ', StringSplitOptions.RemoveEmptyEntries).Append(name).ToHashSet(StringComparer.Ordinal);
        return Cores(lower).Any(core => IsCommon(core, own, words: 2)) ? "The password is one of the most common ones, which are guessed first. Choose another, such as three words that have nothing to do with each other." : null;
    }

    // The letters of it: with signs and digits for what they look like, and without the digits around them.
    private static IEnumerable<string> Cores(string lower)
    {
        yield return Letters(lower.Trim([.. lower.Where(one => !char.IsLetter(one)).Distinct()]), looks: true);
        yield return Letters(lower, looks: true);
        yield return Letters(lower, looks: false);
    }

    private static string Letters(string text, bool looks) => new([.. text.Select(one => looks ? LooksLike(one) : one).Where(char.IsLetter)]);

    private static char LooksLike(char one) => one switch
    {
        '0' => 'o',
        '1' or '!' or '|' => 'i',
        '3' => 'e',
        '4' or '@' => 'a',
        '5' or '$' => 's',
        '7' => 't',
        '8' => 'b',
        _ => one,
    };

    private static bool IsCommon(string text, HashSet<string> own, int words)
    {
        if (text.Length == 0)
            return true;
        for (var length = 3; words > 0 && length <= text.Length; length++)
        {
            var word = text[..length];
            if ((CommonPasswords.All.Contains(word) || own.Contains(word)) && IsCommon(text[length..], own, words - 1))
                return true;
        }
        return false;
    }

    private static string WithoutRuns(string lower)
    {
        var rest = new StringBuilder();
        for (var i = 0; i < lower.Length;)
        {
            var run = RunAt(lower, i);
            if (run < ShortestRun)
                rest.Append(lower[i++]);
            else
                i += run;
        }
        return rest.ToString();
    }

    private static int RunAt(string lower, int from) => Runs.SelectMany(run => new[] { run, new string([.. run.Reverse()]) }).Max(run =>
    {
        var length = 0;
        while (from + length < lower.Length && run.Contains(lower.Substring(from, length + 1), StringComparison.Ordinal))
            length++;
        return length;
    });
}
