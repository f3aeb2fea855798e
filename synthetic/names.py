"""Names of invented people: ordinary given and family names, put together by chance.

A made-up full name may be somebody's; with a telephone number, a plate, a postcode and a place
that nobody can have, and a birthday drawn by chance, the person described is nobody. Heritage says
which names go together. It is drawn before anything else is known of a person, and so says nothing
of what they do.
"""

from typing import NamedTuple

from synthetic.chance import Chance, Weighted


class Heritage(NamedTuple):
    """Names that go together. `ethnicity`: the codes of the 18+1 list that people here give.

    `order_varies`: where officials often take the family name for the given one.
    """

    ethnicity: tuple[str, ...]
    male: tuple[str, ...]
    female: tuple[str, ...]
    family: tuple[str, ...]
    order_varies: bool = False


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_BRITISH_MALE = _words("""
Aaron Adam Adrian Aidan Alan Albert Alexander Alfie Andrew Anthony Archie Arthur Ashley Barry Benjamin Bradley Brandon
Brian Callum Cameron Charles Christian Christopher Clive Colin Connor Craig Dale Damian Daniel Darren David Dean Dennis Derek
Dominic Douglas Dylan Edward Elliot Ethan Finlay Francis Frederick Gareth Gary Gavin Geoffrey George Gerald Glenn Gordon
Graham Grant Gregory Harold Harrison Harry Harvey Henry Howard Hugh Hugo Ian Isaac Jack Jacob James Jamie Jason Jeffrey Jeremy
Joel Jonathan Jordan Joseph Joshua Julian Justin Karl Keith Kenneth Kevin Kieran Kyle Lawrence Lee Leon Leonard Lewis
Liam Logan Louis Lucas Luke Malcolm Marcus Mark Martin Mason Matthew Maxwell Michael Mitchell Nathan Neil Nicholas Nigel
Noah Norman Oliver Oscar Owen Patrick Paul Peter Philip Ralph Raymond Reece Richard Robert Robin Rodney Roger Ronald Rory
Ross Roy Russell Ryan Samuel Scott Sean Sebastian Shane Shaun Simon Spencer Stanley Stephen Stewart Stuart Terence Theodore
Thomas Timothy Toby Trevor Tristan Tyler Victor Vincent Walter Warren Wayne William Zachary""")
_BRITISH_FEMALE = _words("""
Abigail Aimee Alexandra Alice Alison Amanda Amber Amelia Amy Andrea Angela Anna Annabel Audrey Ava Barbara Beatrice Bethany
Bonnie Brenda Bridget Caitlin Carly Carol Caroline Catherine Charlene Charlotte Chelsea Cheryl Chloe Christina Claire Clara
Courtney Daisy Danielle Deborah Denise Diana Donna Dorothy Eileen Eleanor Elizabeth Ella Ellie Eloise Emily Emma Erin Esme
Eva Evelyn Evie Fay Fiona Florence Frances Francesca Freya Gabrielle Gail Gemma Georgia Gillian Grace Hannah Harriet Hayley
Hazel Heather Heidi Helen Holly Hope Imogen Isabella Isla Jacqueline Jade Jane Janet Janice Jasmine Jean Jennifer Jessica
Joanna Jodie Josephine Joyce Judith Julia Julie Karen Katherine Kathleen Katie Kayleigh Keira Kelly Kerry Kimberley Kirsty
Lara Laura Lauren Leah Leanne Lesley Libby Lily Linda Lisa Lola Lorraine Louise Lucy Lydia Maddison Madeleine Mandy Margaret
Maria Marie Martha Mary Matilda Maxine Megan Melanie Melissa Mia Michelle Millie Molly Monica Naomi Natalie Natasha Niamh
Nicola Nicole Nina Olivia Paige Pamela Patricia Pauline Penelope Phoebe Poppy Rachel Rebecca Rhiannon Rosie Ruby Ruth
Sally Samantha Sandra Sara Scarlett Shannon Sharon Sheila Shelley Skye Sophia Stacey Stella Stephanie Susan Suzanne Sylvia
Tamara Tara Teresa Tessa Tiffany Toni Tracey Valerie Vanessa Vera Veronica Victoria Violet Wendy Yasmin Yvonne Zara Zoe""")
_COMMON_BRITISH = _words("""
Adams Allen Anderson Andrews Armstrong Atkinson Bailey Baker Ball Barker Barnes Barrett Bell Bennett Berry Booth Bradley
Brooks Brown Bryant Burgess Burns Burton Butler Campbell Carr Carter Chambers Chapman Clark Clarke Cole Coleman Collins Cook
Cooper Cox Crawford Cunningham Davidson Davies Davis Dawson Day Dean Dixon Douglas Duncan Dunn Edwards Elliott Ellis Evans
Fisher Fletcher Ford Foster Fox Fraser Gardner George Gibson Gordon Graham Grant Gray Green Griffiths Hall Hamilton Harper
Harris Harrison Hart Harvey Hawkins Henderson Hill Holland Holmes Howard Hudson Hughes Hunt Hunter Jackson James Jenkins
Johnson Johnston Jones Jordan Kaye Kelly Kennedy King Knight Lane Lawrence Lawson Lee Lewis Lloyd Lowe Macdonald Marsh
Marshall Martin Mason Matthews Mcdonald Miller Mills Mitchell Moore Morgan Morris Morrison Murray Newman Nicholson Owen Owens
Palmer Parker Parsons Payne Pearce Pearson Perry Phillips Poole Porter Powell Price Read Rees Reid Reynolds Richards
Richardson Riley Roberts Robertson Robinson Rogers Rose Ross Russell Ryan Saunders Scott Shaw Simpson Smith Spencer Stevens
Stewart Stone Taylor Thomas Thompson Thomson Turner Walker Wallace Walsh Ward Warren Watson Watts Webb Wells White
Wilkinson Williams Williamson Willis Wilson Wood Woods Wright Young""")
#: Surnames after places, of two parts that English puts together: they widen the list as rare
#: names do in life.
_FIRST_PARTS = _words("""
Ash Beck Birk Black Brad Bram Brock Brom Bur Car Chat Clay Cold Cran Dal Den Dun East Fair Farn Gold Hal Ham Har Hather Hazel
Heath Hol Kel Lang Lin Long Mar Mel Mid Mill Nor Oak Old Ray Red Rush Shel Sher Stan Stoke Sut Thorn Wal West Wet Whit Win""")
_LAST_PARTS = _words(
    "bourne bridge brook bury by combe croft dale field ford ham hurst land ley low more ridge shaw ton well wick worth"
)
_PLACE_NAMES = tuple(first + last for first in _FIRST_PARTS for last in _LAST_PARTS)

_BRITISH_FAMILY = _COMMON_BRITISH * 6 + _PLACE_NAMES

_HERITAGES: dict[Heritage, float] = {
    Heritage(("W1",), _BRITISH_MALE, _BRITISH_FEMALE, _BRITISH_FAMILY): 0.62,
    Heritage(
        ("W2", "W1"),
        _words(
            "Aidan Brendan Cathal Ciaran Colm Conor Cormac Declan Dermot Diarmuid Donal Eamon Eoin Fergal Fergus Fintan Kieran Liam Lorcan Malachy Niall Oisin Padraig Rory Ruairi Seamus Sean Tadhg Tiernan"
        ),
        _words(
            "Aine Aisling Aoife Bronagh Caoimhe Ciara Clodagh Deirdre Eimear Fionnuala Grainne Mairead Maeve Niamh Nuala Orla Roisin Saoirse Sinead Siobhan Sorcha Una"
        ),
        _words(
            "Brennan Byrne Callaghan Connolly Daly Delaney Devlin Dillon Doherty Dolan Donnelly Doyle Duffy Dunne Farrell Fitzgerald Flanagan Flynn Foley Gallagher Healy Higgins Hogan Kavanagh Keane Kearney Lynch Maguire McCarthy McGrath McKenna McLoughlin Molloy Moran Nolan O'Brien O'Connor O'Donnell O'Keeffe O'Neill O'Reilly O'Sullivan Quinn Rafferty Regan Sheehan Sweeney Tierney"
        ),
    ): 0.05,
    Heritage(
        ("W9",),
        _words(
            "Adam Adrian Aleksander Andrzej Arkadiusz Bartosz Bartłomiej Bogdan Dariusz Dawid Dominik Grzegorz Jacek Jakub Jan Janusz Jarosław Kacper Kamil Karol Krzysztof Łukasz Maciej Marcin Marek Mariusz Mateusz Michał Patryk Paweł Piotr Przemysław Rafał Robert Sebastian Sławomir Stanisław Szymon Tomasz Wojciech Zbigniew"
        ),
        _words(
            "Agata Agnieszka Aleksandra Alicja Aneta Anna Barbara Beata Danuta Dominika Dorota Edyta Elżbieta Ewa Gabriela Hanna Iwona Izabela Joanna Jolanta Julia Justyna Karolina Katarzyna Kinga Klaudia Magdalena Małgorzata Maria Marta Monika Natalia Oliwia Patrycja Paulina Renata Sylwia Weronika Wiktoria Zofia Zuzanna"
        ),
        _words(
            "Adamczyk Baran Borkowski Chmielewski Czarnecki Dąbrowski Duda Dudek Górski Grabowski Jabłoński Jankowski Jasiński Jaworski Kaczmarek Kamiński Kaźmierczak Kowalczyk Kowalski Kozłowski Krajewski Krawczyk Król Kubiak Kucharski Lewandowski Maciejewski Majewski Malinowski Mazur Michalski Nowak Nowakowski Olszewski Pawłowski Piotrowski Przybylski Rutkowski Sadowski Sikora Sobczak Sokołowski Stępień Szczepański Szewczyk Szymański Tomaszewski Urbański Walczak Wieczorek Wilk Witkowski Wiśniewski Włodarczyk Wojciechowski Woźniak Wróbel Wysocki Zając Zalewski Zawadzki Zieliński"
        ),
    ): 0.06,
    Heritage(
        ("W9",),
        _words(
            "Adrian Alexandru Alin Andrei Bogdan Cătălin Ciprian Claudiu Constantin Cosmin Costel Cristian Dan Daniel Dragoș Dumitru Eugen Florin Gabriel George Gheorghe Ilie Ioan Ion Ionuț Iulian Laurențiu Liviu Lucian Marian Marius Mihai Mircea Nicolae Octavian Ovidiu Petru Radu Răzvan Sorin Ștefan Tudor Valentin Vasile Victor Viorel Vlad"
        ),
        _words(
            "Adina Alexandra Alina Ana Anca Andreea Bianca Camelia Carmen Corina Cristina Daniela Diana Elena Florentina Gabriela Georgiana Ioana Irina Iuliana Larisa Laura Lavinia Loredana Luminița Mădălina Magdalena Maria Mihaela Mirela Monica Nicoleta Oana Ramona Raluca Roxana Ruxandra Simona Ștefania Teodora Valentina Violeta"
        ),
        _words(
            "Albu Anghel Avram Barbu Bucur Bălan Chiriac Cojocaru Constantin Constantinescu Coman Cristea Diaconu Dima Dinu Dobre Dragomir Dumitrescu Dumitru Enache Ene Filip Florea Gheorghe Ghiță Grigore Iancu Ilie Ioniță Iordache Ivan Lazăr Luca Lungu Lupu Manea Manole Marin Matei Mihai Mocanu Moldovan Munteanu Mureșan Neagu Nechita Niculae Nistor Oprea Pavel Petre Popa Popescu Preda Radu Rusu Sandu Sava Stan Stanciu Stoica Suciu Tănase Toma Tudor Ungureanu Vasile Voicu Zamfir"
        ),
    ): 0.05,
    Heritage(
        ("A2", "A3"),
        _words(
            "Abdullah Adeel Adnan Ahmed Ali Amir Arif Asad Asif Bilal Danish Ehsan Faisal Farhan Fahad Habib Hamza Haris Hassan Hussain Ibrahim Imran Irfan Ismail Jamal Junaid Kamran Karim Khalid Luqman Majid Mohammed Mustafa Nabeel Nadeem Naveed Omar Qasim Rashid Rizwan Saad Sajid Salman Shahid Shakeel Sohail Suleman Tahir Tariq Umar Usman Wasim Yasir Yusuf Zahid Zain"
        ),
        _words(
            "Aaliyah Afsana Aisha Aliya Amina Amna Anam Aneesa Asma Ayesha Bushra Fariha Farzana Fatima Fouzia Habiba Hafsa Halima Hina Humaira Iqra Kiran Laila Lubna Mahnoor Maryam Mehwish Nabila Nadia Naila Nasreen Nazia Nusrat Rabia Rukhsana Saba Sadia Safia Saima Samina Sana Shabnam Shazia Sumaira Tahira Tasneem Uzma Yasmin Zahra Zainab"
        ),
        _words(
            "Ahmad Ahmed Akhtar Akram Alam Ali Amin Anwar Arshad Ashraf Aslam Aziz Baig Bashir Begum Bhatti Butt Chaudhry Chowdhury Dar Farooq Ghani Gill Hafeez Haider Hamid Haq Hasan Hassan Hussain Iqbal Islam Jabbar Javed Kazi Khalid Khan Khatun Latif Mahmood Malik Mehmood Miah Mirza Mughal Munir Nawaz Nazir Pasha Qadir Qureshi Rafiq Rahim Rahman Raja Rashid Raza Rehman Saeed Sarwar Shafiq Shah Shahzad Sheikh Siddique Sultana Uddin Ullah Yousaf Zaman"
        ),
        True,
    ): 0.06,
    Heritage(
        ("A1",),
        _words(
            "Abhishek Ajay Akash Amit Anand Anil Arjun Arun Ashok Baljit Deepak Dinesh Gaurav Gurpreet Hardeep Harjit Hitesh Jagdeep Jaspal Kiran Kunal Manish Manoj Mohan Mukesh Naresh Neeraj Nikhil Nitin Pradeep Prakash Rahul Raj Rajesh Rakesh Ravi Rohan Sandeep Sanjay Satish Sunil Suresh Tejas Vijay Vikram Vinod Vishal"
        ),
        _words(
            "Aarti Amrit Anita Anjali Anusha Asha Bhavna Chandni Deepa Divya Gita Harpreet Heena Jasmeet Jyoti Kavita Komal Lakshmi Madhu Manpreet Meena Meera Mina Namrata Neha Nisha Padma Pooja Preeti Priya Radhika Rajni Reena Rekha Ritu Roshni Rupa Sangita Seema Shreya Simran Sonia Sunita Sushma Usha Vandana Varsha"
        ),
        _words(
            "Agarwal Bains Banerjee Bhatt Bose Chopra Das Desai Deshmukh Dhaliwal Dhillon Dutta Gill Gokhale Grewal Gupta Iyer Jain Johal Joshi Kapoor Kaur Khanna Krishnan Kulkarni Kumar Lal Mehta Menon Mishra Mistry Naidu Nair Pandya Parekh Parmar Patel Pillai Prasad Rao Reddy Saini Sandhu Sehgal Sethi Shah Sharma Shukla Sidhu Singh Sinha Solanki Soni Thakur Trivedi Varma Verma Yadav"
        ),
        True,
    ): 0.05,
    Heritage(
        ("B2",),
        _words(
            "Abiodun Ademola Adewale Ayodele Babatunde Chidi Chinedu Chukwuemeka Ebo Emeka Femi Folarin Gbenga Ikechukwu Ifeanyi Jide Kayode Kelechi Kofi Kojo Kwabena Kwaku Kwame Kwesi Nnamdi Obinna Okechukwu Oladele Oluwaseun Oluwatobi Olumide Segun Tayo Temitope Tunde Uche Yaw"
        ),
        _words(
            "Abena Abosede Ada Adaeze Adwoa Afua Akosua Ama Amaka Ayomide Bisi Chiamaka Chidinma Chioma Efua Esi Folake Funmilayo Ifeoma Kemi Modupe Ngozi Nkechi Obioma Olabisi Oluchi Omolara Ronke Sade Simisola Titilayo Toluwani Uchenna Yaa Yetunde"
        ),
        _words(
            "Abiola Acheampong Addo Adebayo Adekunle Adeleke Adeyemi Afolabi Agbaje Agyeman Ajayi Akande Akinola Amoah Ampofo Ansah Appiah Asante Asare Ayodele Bamidele Bello Boakye Boateng Danquah Darko Eze Ezeudu Fashola Gyasi Ibekwe Igwe Kalu Lawal Mensah Nwachukwu Nwosu Obi Odukoya Ofori Ogunleye Okafor Okeke Okonkwo Okoro Olawale Oni Onyeka Opoku Osei Owusu Oyelaran Quaye Sarpong Sowande Tetteh Udo Uzoma Yeboah"
        ),
        True,
    ): 0.04,
    Heritage(
        ("B1", "M1"),
        _words(
            "Anthony Carlton Clifton Clive Curtis Damian Darius Delroy Demetrius Desmond Devon Dwayne Errol Everton Garfield Glenroy Horace Isaiah Jamal Jermaine Kemar Leroy Lloyd Malachi Marlon Neville Nathaniel Omari Oneil Orville Reuben Rohan Tyrone Vernon Winston Wendell"
        ),
        _words(
            "Alicia Beverley Camille Charmaine Claudette Cynthia Dionne Ebony Faith Gloria Hyacinth Ianthe Janelle Jacinta Kadisha Keisha Latoya Lavern Marcia Marva Merlene Monique Natalee Nadine Paulette Rochelle Sasha Shanice Shaniqua Shereen Simone Tamika Tanisha Tiana Yolanda"
        ),
        _words(
            "Alleyne Baptiste Barrow Beckford Blake Bogle Brathwaite Bryan Clarke Daley Dacosta Edmondson Ellington Francis Gayle Gordon Grant Greaves Hibbert Joseph Lamming Lindo Lynch Marshall McFarlane McKenzie Morrison Nembhard Nugent Palmer Pinnock Reid Rowe Samuels Sealy Simmonds St-Hill Thorne Whyte"
        ),
    ): 0.03,
    Heritage(
        ("O9", "W9"),
        _words(
            "Abdullah Ahmet Ali Arda Barış Berk Burak Can Cem Cengiz Deniz Emre Emrah Ercan Fatih Ferhat Furkan Gökhan Hakan Halil Hasan Hüseyin İbrahim Kemal Kerem Levent Mehmet Mert Murat Mustafa Oğuz Okan Onur Orhan Osman Ömer Ozan Selim Serkan Sinan Tolga Ufuk Umut Volkan Yusuf"
        ),
        _words(
            "Aslı Aylin Ayşe Azra Berna Burcu Büşra Canan Defne Demet Derya Dilek Ebru Ece Ela Elif Emine Esra Fatma Gizem Gül Gülşen Hatice Kübra Leyla Melis Merve Nur Özge Pelin Pınar Selin Sevda Sibel Şule Tuba Yasemin Zehra Zeynep"
        ),
        _words(
            "Acar Akın Aksoy Aktaş Arslan Aslan Avcı Aydın Bozkurt Bulut Can Çelik Çetin Demir Demirci Doğan Güneş Gür Güler Işık Kaplan Kara Karaca Kaya Keskin Kılıç Koç Korkmaz Köse Kurt Öz Özcan Özdemir Özkan Öztürk Polat Sarı Şahin Şen Şimşek Taş Tekin Tunç Turan Uçar Uysal Ünal Yalçın Yavuz Yıldırım Yıldız Yılmaz Yüksel"
        ),
    ): 0.02,
    Heritage(
        ("B2", "O2"),
        _words(
            "Abdi Abdirahman Abdullahi Abshir Aden Ahmed Ali Ayanle Bashir Daud Dahir Farah Guled Hassan Hirsi Hussein Ibrahim Idris Ismail Jama Khalif Liban Mahad Mohamed Mukhtar Mustafe Nur Omar Osman Said Samatar Sharif Warsame Yasin Yusuf Zakaria"
        ),
        _words(
            "Amal Amina Anisa Asha Ayaan Bilan Deqa Fadumo Faiza Fartun Fawzia Halimo Hamdi Hani Hawa Hibo Hodan Ifrah Ikran Khadija Ladan Leyla Maryan Muna Naima Nasra Nimco Sagal Sahra Samira Shukri Sumaya Ubah Yasmin Zamzam"
        ),
        _words(
            "Abdi Abdulle Abukar Adan Ahmed Ali Aweys Barre Botan Dahir Dirie Duale Egal Elmi Farah Gedi Guled Haji Hassan Hersi Hussein Ibrahim Isse Jama Jimale Mahamud Mohamed Mohamud Muse Nuh Nur Omar Osman Roble Salad Samatar Sheikh Shire Warfa Warsame Yusuf"
        ),
        True,
    ): 0.02,
}

HERITAGES = tuple(_HERITAGES)
_DRAWN = Weighted(dict(zip(range(len(HERITAGES)), _HERITAGES.values(), strict=True)))


def heritage(chance: Chance) -> int:
    """The place in HERITAGES of the names of one person. Asks nothing about the person."""
    return _DRAWN.draw(chance)


def family_for(name: str, gender: str) -> str:
    """The family name as a man or a woman bears it: Kowalski is Kowalska for her."""
    if gender == "female" and name.endswith(("ski", "cki", "dzki")):
        return name[:-1] + "a"
    return name


#: Each line: a given name, and what else the same person is called or written as.
VARIANTS: dict[str, tuple[str, ...]] = {
    name: tuple(others)
    for line in """
Abigail Abi Abbie;Alan Allan;Albert Bert Albie;Alexander Alex Xander;Alexandra Alex Lexi Sandra;Alison Ali Alli;Amanda Mandy
Andrew Andy Drew;Anthony Tony Antony;Archie Archibald;Ashley Ash;Benjamin Ben Benji;Bethany Beth;Bradley Brad;Callum Cal Calum
Catherine Cathy Kate Katherine;Charles Charlie Chaz;Charlotte Charlie Lottie;Christina Tina Chrissy;Christopher Chris Kris
Claire Clare;Connor Conor;Daniel Dan Danny;Danielle Dani;David Dave Davey;Deborah Debbie Debs;Dennis Denis;Dominic Dom
Douglas Doug;Edward Ed Eddie Ted;Eleanor Ellie Nell;Elizabeth Liz Beth Lizzie;Elliot Elliott;Emily Em Emmie;Finlay Finley Fin
Frances Fran;Francesca Fran Frankie;Francis Frank;Frederick Fred Freddie;Gabrielle Gabby;Geoffrey Geoff Jeff;Georgia Georgie
Gerald Gerry;Gillian Gill Jill;Gregory Greg;Harold Harry;Harrison Harry;Harriet Hattie;Henry Harry;Imogen Immy;Isaac Zac Issac
Isabella Bella Izzy;Jacob Jake;Jacqueline Jackie;Jason Jay;James Jim Jamie Jimmy;Jasmine Jas Jazz;Jeffrey Jeff;Jennifer Jen Jenny
Jessica Jess Jessie;Joanna Jo Joanne;Jonathan Jon John Jonny;Joseph Joe Joey;Josephine Jo Josie;Joshua Josh;Judith Judy
Katherine Kate Kathy;Katie Kate Katy;Kenneth Ken Kenny;Kevin Kev;Kieran Kieron;Kimberley Kim;Lawrence Larry Laurence;Leonard Len
Lewis Louis Lew;Libby Elizabeth;Lucas Luke;Madeleine Maddie;Maddison Maddie Madison;Margaret Maggie Meg Peggy;Matilda Tilly
Matthew Matt Matty;Maxwell Max;Megan Meg;Melanie Mel;Melissa Mel;Michael Mike Mick Mikey;Michelle Shelly;Millie Milly
Mitchell Mitch;Natalie Nat;Natasha Tasha;Nathan Nate;Nicholas Nick Nicky;Nicola Nicky Nikki;Nicole Nicky;Oliver Ollie
Olivia Liv Livvy;Pamela Pam;Patricia Pat Trish;Patrick Pat Paddy;Penelope Penny;Peter Pete;Philip Phil Phillip;Rachel Rach Rachael
Raymond Ray;Rebecca Becky Becca;Reece Rhys;Richard Rich Rick Ricky;Robert Rob Bob Robbie;Ronald Ron Ronnie;Ross Rossi
Russell Russ;Samantha Sam Sammy;Samuel Sam Sammy;Sandra Sandy;Sara Sarah;Scott Scotty;Sean Shaun Shawn;Sebastian Seb
Shannon Shan;Shaun Sean;Sophia Sophie;Stephanie Steph;Stephen Steve Steven;Stewart Stuart Stu;Stuart Stewart Stu;Susan Sue Susie
Suzanne Sue Suzy;Tamara Tammy;Terence Terry;Teresa Theresa Terry;Theodore Theo Ted;Thomas Tom Tommy;Timothy Tim;Toni Tony
Tracey Tracy;Tristan Tris;Tyler Ty;Valerie Val;Vanessa Nessa;Victor Vic;Victoria Vicky Tori;Vincent Vince;Walter Wally
William Will Bill Billy;Yasmin Yas Yasmine;Zachary Zac Zach;Zara Zahra;Ciaran Kieran;Eoin Owen Ewan;Niamh Neve;Siobhan Shivaun
Sinead Shinade;Padraig Paddy Patrick;Seamus Shay;Oisin Osheen;Aoife Eefa;Caoimhe Keeva;Maeve Meabh;Roisin Rosheen;Tadhg Tad
Aleksander Alex Olek;Aleksandra Ola Alex;Agnieszka Aga;Andrzej Andrew;Bartosz Bartek;Bartłomiej Bartek;Dariusz Darek
Elżbieta Ela Elizabeth;Grzegorz Greg;Jakub Kuba;Jarosław Jarek;Joanna Asia;Katarzyna Kasia Kasha;Krzysztof Krzys Chris
Łukasz Lukas Luke;Magdalena Magda;Małgorzata Gosia;Maciej Maciek;Mateusz Matt;Michał Michal Michael;Paweł Pawel Paul
Piotr Piotrek Peter;Przemysław Przemek;Stanisław Staszek;Tomasz Tomek Thomas;Wojciech Wojtek;Zofia Zosia Sofia;Zuzanna Zuza
Alexandru Alex Sandu;Andrei Andrej Andy;Constantin Costel;Cristian Cristi Christian;Gheorghe George Gigi;Ioan Ion John
Ion Ionut Nelu;Ionuț Ion Ionel;Mihai Michael Misu;Nicolae Nicu Nick;Ștefan Stefan Fane;Vasile Vasi;Elena Lena;Gabriela Gabi
Mihaela Miha;Ahmed Ahmad Ahmet;Abdullah Abdulla Abdul;Aisha Ayesha Aysha;Ayesha Aisha;Fatima Fatma Fatimah;Hassan Hasan
Hussain Hussein Husain;Ibrahim Ebrahim Ibby;Imran Immy;Ismail Ishmael;Mohammed Muhammad Mohamed Mo;Mohamed Mohammed Mo
Mustafa Mustapha;Omar Umar;Umar Omar;Rashid Rasheed;Sajid Saj;Shahid Shaheed;Suleman Suleiman;Tariq Tarik Taz;Usman Osman
Wasim Waseem Waz;Yusuf Yousef Yousuf;Zain Zayn;Zainab Zaynab;Gurpreet Gary;Rajesh Raj;Sandeep Sandy;Vikram Vik;Sanjay San
Manpreet Mani;Harpreet Harps;Babatunde Tunde;Chukwuemeka Emeka;Oluwaseun Seun;Oluwatobi Tobi;Olumide Olu;Temitope Temi Tope
Adewale Wale;Funmilayo Funmi;Chiamaka Amaka;Yetunde Yetty;Nathaniel Nat Nate;Tyrone Ty;Jermaine Jay;Mehmet Mehmed Memo
Hüseyin Huseyin;Abdirahman Abdi;Abdullahi Abdi;Fadumo Faduma Fatima;Khadija Khadra
""".replace("\n", ";").split(";")
    if line
    for name, *others in [line.split()]
}
