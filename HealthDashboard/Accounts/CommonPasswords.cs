using System.Collections.Frozen;

namespace HealthDashboard.Accounts;

/// <summary>
/// The words that the lists of the most common passwords are made of, in lower case and without digits and signs, with those of a hospital.
/// <see cref="PasswordRules"/> finds what is made of them.
/// </summary>
internal static class CommonPasswords
{
    public static readonly FrozenSet<string> All = """
        abc abcd abcde abcdef accept access admin administrator alex alexander amanda america and andrew android angel angels anna anthony apple
        april are arsenal asdf asdfgh ashley asshole audi august australia autumn azerty baby babyboy babygirl bad bailey banana barbie barcelona
        baseball basketball batman battery bear bed berlin best bienvenue bitch black blessed blood blue bmw boston boy brian brother buddy business
        buster california camaro canada care cash cat change changeit changeme charles charlie cheese chelsea cherry chevy chicago chocolate chris
        christ christian christopher cisco clinic clinical coffee company computer contrasena cookie cookies corporate correct
        correcthorsebatterystaple corvette cowboys cross daddy dallas dance daniel dashboard database david december default demo deutschland
        diamond disney docker doctor dog doggy dollar donald dragon dublin eagle edward eight emergency emma england enter facebook faith falcon
        fall family father february ferrari fish five florida flower flowers football for ford forever four france freedom friday friend friends
        fuck fuckoff fuckyou george germany ginger girl gold golden golf good google green guest guitar hallo hannah harley harry health healthcare
        healthdashboard heart heaven hello helloworld henry hockey honda hope horse hospital hot hottie houston hunter icu iloveyou internet iphone
        jack james january jason jedi jennifer jessica jesus job john jordan joseph joshua julia july june justin juventus kevin keyboard killer
        kitten kitty lakers laptop laura letme letmein linux lion lisa liverpool login london love lover loveyou lucky madrid maggie magic manager
        manchester march maria martin master matrix matthew may medic medical medicine mercedes metal michael michelle mickey microsoft mommy monday
        money mongo mongodb monitor monitoring monkey motdepasse mother mouse music mustang mysql naruto network new newyork nicole nine ninja not
        nothing november nurse october office old oliver one open opensesame oracle orange panther paris pass passw passwd password passwort patient
        patients patrick pepper peter pharmacy pikachu please pokemon porsche postgres power prince princess private pulse puppy purple pwd qazwsx
        qwerty qwertz rainbow ranger red redis rich richard robert rock rome root rose samantha samsung samurai sarah saturday secret security
        september server sesame seven sex sexy shadow shit silver sister six snoopy soccer sophie spiderman spring staff staple star stars starwars
        station steelers stephen steven strawberry summer summertime sunday sunshine superman superuser surgeon surgery system team temp temporary
        ten tennis test tester testing texas the this thomas three thursday tiger tigger toyota troubador trust trustno tuesday two ubuntu united
        usa user vienna wachtwoord ward wednesday welcome whatever white wien william willkommen windows winter wizard wolf work world yamaha
        yankees yellow you zxcvbn
        """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);
}
