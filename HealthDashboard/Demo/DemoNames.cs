using HealthDashboard.Data.Model;

namespace HealthDashboard.Demo;

/// <summary>Names of people who do not exist.</summary>
internal static class DemoNames
{
    private static readonly string[] Female =
    [
        "Amara", "Beatriz", "Chiara", "Daniela", "Elif", "Fatima", "Greta", "Hana", "Ingrid", "Jasmine", "Kateřina", "Leila",
        "Margaret", "Naledi", "Olga", "Priya", "Rosa", "Sofia", "Thuy", "Ursula", "Valentina", "Wanjiru", "Yuki", "Zofia",
    ];

    private static readonly string[] Male =
    [
        "Ahmed", "Bogdan", "Carlos", "Dmitri", "Emeka", "Frank", "Giorgos", "Hugo", "Ibrahim", "João", "Kenji", "Lars",
        "Mateus", "Nikhil", "Oskar", "Pavel", "Rafael", "Samuel", "Tomasz", "Umar", "Viktor", "Walter", "Xavier", "Yusuf",
    ];

    private static readonly string[] Family =
    [
        "Andersen", "Bianchi", "Chukwu", "Dimitriou", "Eriksson", "Ferreira", "García", "Horváth", "Ivanova", "Jovanović", "Kowalski",
        "Lindqvist", "Müller", "Nguyễn", "O'Brien", "Petrov", "Quispe", "Rossi", "Sato", "Tanaka", "Usman", "Vega", "Williams",
        "Yılmaz", "Zhang", "Abebe", "Bauer", "Castillo", "Dupont", "El-Sayed", "Fischer", "Gupta", "Haddad", "Ito", "Jansen", "Kaur",
        "Laurent",
    ];

    /// <summary>The names of person number n. The lists' lengths have no common factor, so a full name comes back only after hundreds.</summary>
    public static (string Given, string Family) Of(int number, Sex sex)
    {
        var given = sex == Sex.Female ? Female : Male;
        return (given[number * 7 % given.Length], Family[number * 11 % Family.Length]);
    }
}
