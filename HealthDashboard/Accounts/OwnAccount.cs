using Microsoft.AspNetCore.Identity;

namespace HealthDashboard.Accounts;

/// <summary>What people do with their own account, each deed in the audit. Every method returns what is wrong; empty when it is done.</summary>
internal sealed class OwnAccount(SignInManager<AccountUser> manager, IPasswordHasher<AccountUser> hasher, SignInLimits limits, SecondFactor second, Sessions sessions, Audit audit)
{
    /// <summary>How many digits a PIN has.</summary>
    public const int ShortestPin = 4, LongestPin = 8;

    /// <summary>Wrong PINs after which only the password unlocks.</summary>
    public const int WrongPins = 5;

    private static readonly string[] Gone = ["The account is gone. Sign in again."];

    /// <summary>Their account; null for a program.</summary>
    public Task<AccountUser?> FindAsync(HttpContext context) => manager.UserManager.GetUserAsync(context.User);

    /// <summary>Ends every other session too.</summary>
    public async Task<string[]> ChangePasswordAsync(HttpContext context, string current, string next, string again)
    {
        if (next != again)
            return ["The new password and its repetition are not the same."];
        if (next.Length > SignIns.MaxPassword)
            return [$"The password has {next.Length} characters; at most {SignIns.MaxPassword} are allowed."];
        if (await FindAsync(context) is not { } user)
            return Gone;
        if (!await IsPasswordAsync(context, user, current))
            return WrongPassword;
        var result = await ((AccountManager)manager.UserManager).SetPasswordAsync(user, next);
        if (!result.Succeeded)
            return [.. result.Errors.Select(error => error.Description)];
        await GoOnAsync(context, user);
        await sessions.EndOthersAsync(user.Account.Id, Sessions.IdOf(context.User));
        await audit.WriteAsync(context.User, "account.password.own");
        return [];
    }

    /// <summary>Sets the PIN that unlocks a station; an empty one removes it.</summary>
    public async Task<string[]> SetPinAsync(HttpContext context, string current, string pin)
    {
        if (pin.Length > 0 && PinError(pin) is { } wrong)
            return [wrong];
        return await ChangeAsync(context, current, pin.Length > 0 ? "account.pin.set" : "account.pin.remove", (user, before) =>
            before with { Pin = pin.Length > 0 ? hasher.HashPassword(user, pin) : null });
    }

    /// <summary>Turns the second factor on.</summary>
    /// <returns>What is wrong, and the recovery codes when nothing is.</returns>
    public async Task<(string[] Errors, IReadOnlyList<string> Recovery)> TurnOnSecondFactorAsync(HttpContext context, string current, string setUp, string code)
    {
        IReadOnlyList<string> recovery = [];
        var errors = await ChangeAsync(context, current, "account.second.on", (user, before) =>
        {
            recovery = second.Confirm(user.Account, setUp, code, ref before);
            return recovery.Count > 0 ? before : null;
        });
        return (errors, errors.Length == 0 ? recovery : []);
    }

    public Task<string[]> TurnOffSecondFactorAsync(HttpContext context, string current, string code) =>
        ChangeAsync(context, current, "account.second.off", (_, before) => second.Use(before, code) is { } left ? SecondFactor.Off(left) : null);

    /// <summary>Ends one of their sessions, or all others.</summary>
    public async Task<string[]> EndSessionAsync(HttpContext context, string id)
    {
        if (await FindAsync(context) is not { } user)
            return Gone;
        await sessions.EndAsync(user.Account.Id, id, Sessions.IdOf(context.User));
        await audit.WriteAsync(context.User, "session.end");
        return [];
    }

    /// <summary>Changes what the person signs in with, once the password shows that it is them.</summary>
    public async Task<string[]> ChangeAsync(HttpContext context, string current, string action, Func<AccountUser, Credentials, Credentials?> change)
    {
        if (await FindAsync(context) is not { } user)
            return Gone;
        if (!await IsPasswordAsync(context, user, current))
            return WrongPassword;
        if (change(user, Credentials.Of(user.Account)) is not { } changed)
            return ["The code is not right. Each is good once, and for about a minute."];
        user.Account = changed.On(user.Account);
        var result = await manager.UserManager.UpdateAsync(user);
        if (!result.Succeeded)
            return [.. result.Errors.Select(error => error.Description)];
        await audit.WriteAsync(context.User, action);
        return [];
    }

    /// <summary>Whether it is the password, counted so that nobody guesses at a station that was left.</summary>
    public async Task<bool> IsPasswordAsync(HttpContext context, AccountUser user, string password)
    {
        using var turn = await limits.EnterAsync(context.Connection.RemoteIpAddress, context.RequestAborted);
        var attempt = limits.Attempt(user.Account.UserName, context.Connection.RemoteIpAddress, Sessions.IdOf(context.User));
        var isRight = password.Length <= SignIns.MaxPassword && await manager.UserManager.CheckPasswordAsync(user, password);
        if (isRight && !attempt.IsLimited)
            attempt.Right();
        else
            attempt.Wrong();
        return isRight && !attempt.IsLimited;
    }

    /// <summary>Whether it is the PIN of somebody who has one.</summary>
    public bool IsPin(AccountUser user, string pin) =>
        Credentials.Of(user.Account).Pin is { } hash && hasher.VerifyHashedPassword(user, hash, pin) != PasswordVerificationResult.Failed;

    public static string? PinError(string pin)
    {
        if (pin.Length is < ShortestPin or > LongestPin || !pin.All(char.IsAsciiDigit))
            return $"A PIN has {ShortestPin} to {LongestPin} digits.";
        return pin.Distinct().Count() < 3 || "01234567890".Contains(pin, StringComparison.Ordinal) || "09876543210".Contains(pin, StringComparison.Ordinal)
            ? "The PIN is one of those that are guessed first. Choose another."
            : null;
    }

    private static string[] WrongPassword => ["The current password is not right. After five wrong ones nothing is accepted for five minutes."];

    // The same session, under the new security stamp.
    private Task GoOnAsync(HttpContext context, AccountUser user) =>
        manager.SignInWithClaimsAsync(user, isPersistent: false, Sessions.ClaimOf(context.User) is { } claim ? [claim] : []);
}
